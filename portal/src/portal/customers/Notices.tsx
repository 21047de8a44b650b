// Why the list may be shorter or emptier than one expects.
import { CloseButton, Group } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Icon } from "../answer/Icon";
import type { CustomersPageQuery, NoticeCode } from "../gql/graphql";
import classes from "./Notices.module.css";

const READ = "tenantry.noticesRead";

/** What is true of hiding is told where something may be hidden. */
export function Notices({ notices, hides }: { notices: NonNullable<CustomersPageQuery["customerListNotices"]>; hides: boolean }) {
  const { t } = useTranslation();
  const [read, setRead] = useState(() => sessionStorage.getItem(READ) ?? "");
  const codes: NoticeCode[] = notices.map(({ code }) => code).filter((code) => hides || code !== "HIDE_INACTIVE_NOT_EVALUATED");
  const all = codes.join(" ");
  if (!codes.length || read === all) return null;

  function dismiss() {
    sessionStorage.setItem(READ, all);
    setRead(all);
  }

  return (
    <Group gap="xs" wrap="nowrap" align="flex-start" className={classes.notices}>
      <span className={classes.icon}>
        <Icon name="info" size={14} />
      </span>
      <ul aria-label={t("customers.notices.label")}>
        {codes.map((code) => (
          <li key={code}>{t(`customers.notices.${code}`)}</li>
        ))}
      </ul>
      <CloseButton size="xs" ml="auto" aria-label={t("customers.notices.dismiss")} onClick={dismiss} />
    </Group>
  );
}
