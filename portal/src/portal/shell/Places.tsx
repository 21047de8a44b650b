// The dialog in which one goes to another tenant: home, recent ones, and whichever one looks for by name.
import { Alert, Combobox, Group, Loader, Modal, Stack, Text, TextInput, useCombobox } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";

import { failureOf } from "../answer/failure";
import { Icon } from "../answer/Icon";
import type { TenantKind } from "../gql/graphql";
import { FIND_PLACES, PLACES } from "./places.graphql";
import { useSwitching } from "./switching";
import classes from "./TenantSwitcher.module.css";
import { useStanding } from "./who";

type Place = { id: string; name: string; kind?: TenantKind };

/** The option that leads home; no tenant has this id. */
const HOME = "home";
const PAUSE = 150;

export function Places({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { who } = useStanding();
  const [search, setSearch] = useState("");
  const { found, recent, fetching, problem: unread } = usePlaces(search.trim(), who?.currentTenant?.id);
  const { enter, leave, busy, problem } = useSwitching();
  const options = useCombobox({ opened: true });
  const { selectFirstOption } = options;
  const offered = [...recent, ...found].map(({ id }) => id).join();
  useEffect(() => {
    selectFirstOption();
  }, [offered, selectFirstOption]);

  async function choose(id: string) {
    if (id === HOME) await leave();
    else if (await enter(id)) onClose();
  }

  const home = who?.actingSession && !search ? who.homeTenant?.name : undefined;
  const empty = !fetching && !home && recent.length === 0 && found.length === 0;
  return (
    <Modal opened onClose={onClose} title={t("places.switcher.title")} closeButtonProps={{ "aria-label": t("people.close") }} yOffset="10vh" size="md">
      <Combobox store={options} onOptionSubmit={(id) => void choose(id)}>
        <Stack gap="xs">
          <Combobox.EventsTarget>
            <TextInput
              data-autofocus
              aria-label={t("places.switcher.search")}
              placeholder={t("places.switcher.search")}
              leftSection={<Icon name="search" />}
              rightSection={(fetching || busy) && <Loader size={14} />}
              value={search}
              onChange={(event) => setSearch(event.currentTarget.value)}
              // the list takes this key for its own, though it is always open
              onKeyDown={({ key }) => key === "Escape" && onClose()}
              maxLength={100}
            />
          </Combobox.EventsTarget>
          {(problem ?? unread) && (
            <Alert role="alert" color="red" variant="light">
              {problem ?? unread}
            </Alert>
          )}
          <Combobox.Options mah={360} style={{ overflowY: "auto" }} aria-label={t("places.switcher.title")}>
            {home && (
              <Combobox.Option value={HOME}>
                <Text span size="sm" fw={600}>
                  {t("places.acting.back", { place: home })}
                </Text>
              </Combobox.Option>
            )}
            {recent.length > 0 && <Combobox.Group label={t("places.switcher.recent")}>{recent.map(option)}</Combobox.Group>}
            {found.length > 0 && <Combobox.Group label={t(search ? "places.switcher.found" : "places.switcher.all")}>{found.map(option)}</Combobox.Group>}
          </Combobox.Options>
          {who?.actingSession && (
            <Text size="xs" c="dimmed">
              {t("places.switcher.beneath", { place: who.currentTenant?.name ?? "", home: who.homeTenant?.name ?? "" })}
            </Text>
          )}
          {empty && (
            <Text size="sm" c="dimmed" py="sm" role="status">
              {t(search ? "places.switcher.nothing" : "places.switcher.none", { search })}
            </Text>
          )}
        </Stack>
      </Combobox>
    </Modal>
  );

  function option({ id, name, kind }: Place) {
    return (
      <Combobox.Option value={id} key={id}>
        <Group gap="sm" wrap="nowrap">
          <span className={classes.name} title={name}>
            {name}
          </span>
          {kind && (
            <Text span size="xs" className={classes.kind}>
              {t(`places.kinds.${kind}`)}
            </Text>
          )}
        </Group>
      </Combobox.Option>
    );
  }
}

/** Recent places where nothing is looked for; else what is found by name. Only what the viewer may enter is offered. */
function usePlaces(search: string, here: string | undefined) {
  const { t } = useTranslation();
  const [sought] = useDebouncedValue(search, PAUSE);
  const [near] = useQuery({ query: PLACES });
  const [far] = useQuery({ query: FIND_PLACES, variables: { search: sought } });
  const distributors: Place[] = near.data?.tenantTree?.children.nodes ?? [];
  const customers = (far.data?.customers.nodes ?? []).filter(({ viewerActions }) => viewerActions.some(({ action, allowed }) => action === "view" && allowed));
  const recent: Place[] = search ? [] : (near.data?.viewer?.recentPlaces ?? []).filter(({ id }) => id !== here);
  const known = new Set(recent.map(({ id }) => id));
  const found = [...distributors.filter(({ name }) => name.toLowerCase().includes(sought.toLowerCase())), ...customers.flatMap(({ tenant }) => tenant ?? [])];
  return {
    recent,
    found: found.filter(({ id }) => !known.has(id)),
    fetching: near.fetching || far.fetching || sought !== search,
    problem: failureOf(near.error ?? far.error, t),
  };
}
