// The tenant in which the viewer stands, and the way into others.
import { Button, Text } from "@mantine/core";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";

import { Icon } from "../answer/Icon";
import classes from "./TenantSwitcher.module.css";
import { useStanding } from "./who";

const Places = lazy(() => import("./Places").then((part) => ({ default: part.Places })));

/** Whether there may be tenants that the viewer may enter. */
export function useMaySwitch(): boolean {
  const { who } = useStanding();
  return Boolean(who?.actingSession ?? who?.capabilities.includes("TENANT_SWITCH"));
}

export function TenantSwitcher() {
  const { t } = useTranslation();
  const { who } = useStanding();
  const may = useMaySwitch();
  const [opened, setOpened] = useState(false);
  const place = who?.currentTenant?.name ?? "";

  if (!may)
    return (
      <Text size="sm" c="dimmed" className={classes.place} title={place}>
        {place}
      </Text>
    );
  return (
    <>
      <Button
        variant="default"
        size="compact-sm"
        h={30}
        classNames={{ root: classes.switcher, label: `cut ${classes.label}` }}
        aria-haspopup="dialog"
        aria-label={t("places.switcher.label", { place })}
        title={place}
        rightSection={<Icon name="down" size={14} />}
        onClick={() => setOpened(true)}
      >
        {place}
      </Button>
      <PlacesDialog opened={opened} onClose={() => setOpened(false)} />
    </>
  );
}

/** The same from anywhere, such as the menu of the avatar. */
export function PlacesDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return <Suspense>{opened && <Places onClose={onClose} />}</Suspense>;
}
