// Whoever is signed in: their place, appearance, language, signing out.
import { Avatar, Menu, SegmentedControl, Text, UnstyledButton, VisuallyHidden, useMantineColorScheme, type MantineColorScheme } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMutation } from "urql";
import { Link } from "wouter";

import { graphql } from "../gql";
import type { FrameFragment } from "../gql/graphql";
import { chooseLanguage, LANGUAGE_NAMES, LANGUAGES, type Language } from "../words";
import { useSwitching } from "./switching";
import { PlacesDialog, useMaySwitch } from "./TenantSwitcher";
import { useStanding } from "./who";

const SIGN_OUT = graphql(`
  mutation SignOut {
    signOut(input: {}) {
      done
    }
  }
`);

/** Kept with the account, so that another machine speaks it too. */
const KEEP_LANGUAGE = graphql(`
  mutation KeepLanguage($language: LanguageTag!) {
    updateProfile(input: { language: $language }) {
      userErrors {
        message
      }
    }
  }
`);

export function AvatarMenu({ who }: { who: FrameFragment }) {
  const { t, i18n } = useTranslation();
  const { restart } = useStanding();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const [, signOut] = useMutation(SIGN_OUT);
  const { leave: back, busy } = useSwitching();
  const maySwitch = useMaySwitch();
  const [, keepLanguage] = useMutation(KEEP_LANGUAGE);
  const [switching, setSwitching] = useState(false);
  const name = who.user?.displayName ?? "";

  async function speakOn(language: Language) {
    await chooseLanguage(language);
    await keepLanguage({ language });
  }

  async function leave() {
    const { error } = await signOut({});
    if (!error) restart("signedOut");
  }

  return (
    <>
    <PlacesDialog opened={switching} onClose={() => setSwitching(false)} />
    <Menu position="bottom-end" width={260} withinPortal>
      <Menu.Target>
        <UnstyledButton>
          <Avatar name={name} size={28} radius="xl" color="indigo" variant="filled" />
          <VisuallyHidden>{t("shell.menu.label", { name })}</VisuallyHidden>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text size="sm" fw={600} c="var(--mantine-color-text)" className="cut" title={name}>
            {name}
          </Text>
          <Text size="xs" className="cut" title={who.user?.email}>
            {who.user?.email}
          </Text>
        </Menu.Label>
        <Menu.Divider />
        {who.actingSession && (
          <Menu.Item disabled={busy} onClick={() => void back()}>
            {t("places.acting.back", { place: who.homeTenant?.name ?? "" })}
          </Menu.Item>
        )}
        {maySwitch && <Menu.Item onClick={() => setSwitching(true)}>{t("places.switcher.item")}</Menu.Item>}
        {maySwitch && <Menu.Divider />}
        <Menu.Label>{t("shell.menu.appearance")}</Menu.Label>
        <SegmentedControl
          fullWidth
          size="xs"
          px={8}
          aria-label={t("shell.menu.appearance")}
          value={colorScheme}
          onChange={(value) => setColorScheme(value as MantineColorScheme)}
          data={(["light", "dark", "auto"] as const).map((value) => ({ value, label: t(`shell.menu.${value}`) }))}
        />
        <Menu.Label>{t("shell.menu.language")}</Menu.Label>
        <SegmentedControl
          fullWidth
          size="xs"
          px={8}
          aria-label={t("shell.menu.language")}
          value={i18n.language}
          onChange={(value) => void speakOn(value as Language)}
          data={LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }))}
        />
        <Menu.Divider mt="xs" />
        <Menu.Item component={Link} href="/account">
          {t("people.account.title")}
        </Menu.Item>
        <Menu.Item onClick={() => void leave()}>{t("shell.menu.signOut")}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
    </>
  );
}
