// The banner while somebody acts in another tenant, and the way back.
import { Button, Text } from "@mantine/core";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";

import { Icon } from "../answer/Icon";
import classes from "./ActingBanner.module.css";
import { useEndOfStay } from "./live";
import { useSwitching } from "./switching";
import { useStanding } from "./who";

export function ActingBanner() {
  const { t } = useTranslation();
  const { who } = useStanding();
  const { leave, busy, problem } = useSwitching();
  useEndOfStay();
  const place = who?.currentTenant?.name ?? "";
  const role = who?.actingSession?.effectiveRole;
  useEffect(() => {
    const before = document.title;
    document.title = t("places.acting.title", { place });
    return () => void (document.title = before);
  }, [t, place]);

  return (
    <>
      <div className={classes.edge} aria-hidden="true" />
      <section className={classes.banner} aria-label={t("places.acting.label")}>
        <Icon name="enter" size={18} />
        <div className={classes.text}>
          <Text span size="sm" fw={650} role="status">
            {t("places.acting.in", { place })}
          </Text>{" "}
          <Text span size="sm" className={classes.detail}>
            {role && t("places.acting.as", { role: t(`customer.role.${role}`), name: who?.user?.displayName ?? "" })}
          </Text>
          {problem && (
            <Text size="sm" fw={600} role="alert">
              {problem}
            </Text>
          )}
        </div>
        <Button size="compact-sm" color="dark" variant="filled" loading={busy} onClick={() => void leave()}>
          {t("places.acting.back", { place: who?.homeTenant?.name ?? "" })}
        </Button>
      </section>
    </>
  );
}
