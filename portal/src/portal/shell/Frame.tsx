// The frame around every page: top bar, banner while acting, the page beneath.
import { Anchor, Box, Group, Text } from "@mantine/core";
import { useEffect, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import { useQuery } from "urql";

import { ActingBanner } from "./ActingBanner";
import { AvatarMenu } from "./AvatarMenu";
import classes from "./Frame.module.css";
import { NotificationsBell } from "./NotificationsBell";
import { TenantSwitcher } from "./TenantSwitcher";
import { useStanding, WHO } from "./who";

/** Pages whose own first query says who is signed in, so that none need be asked for that alone. */
const BRINGS_WHO = new Set(["/", "/customers"]);

export function Frame({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const [path] = useLocation();
  const { who, tell } = useStanding();
  const [{ data }] = useQuery({ query: WHO, pause: who !== undefined || BRINGS_WHO.has(path) });
  useEffect(() => {
    if (data) tell(data.viewer);
  }, [data, tell]);

  return (
    <>
      <a className={classes.skip} href="#page">
        {t("shell.skip")}
      </a>
      <header className={classes.bar}>
        <Text component={Link} href="/customers" className={classes.product}>
          {t("shell.product")}
        </Text>
        <nav aria-label={t("shell.nav.label")} className={classes.nav}>
          <Anchor component={Link} href="/customers" className={classes.entry} aria-current={path.startsWith("/customers") || path === "/" ? "page" : undefined}>
            {t("shell.nav.customers")}
          </Anchor>
        </nav>
        <Group gap="xs" ml="auto" wrap="nowrap" className={classes.right}>
          {who && <TenantSwitcher />}
          {who && <NotificationsBell />}
          {who && <AvatarMenu who={who} />}
        </Group>
      </header>
      {who?.actingSession && <ActingBanner />}
      <Box component="main" id="page" tabIndex={-1} className={classes.page}>
        {children}
      </Box>
    </>
  );
}
