// The customers page: what narrows the list above, its lines below, one request for all of it.
import { Button, Group, SegmentedControl, Stack, Switch, Text, Title } from "@mantine/core";
import { lazy, Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";

import { useFormats } from "../answer/formats";
import { Icon } from "../answer/Icon";
import type { CustomerColumn, LikingFragment } from "../gql/graphql";
import { Failure } from "../shell/Failure";
import { useAccessChanged, useCustomerEvents } from "../shell/live";
import { useStanding } from "../shell/who";
import { Chips } from "./Chips";
import classes from "./CustomersPage.module.css";
import { Empty } from "./Empty";
import { ExportMenu, Exports } from "./exporting";
import { FilterButton } from "./FilterForm";
import { useLiking, usualView } from "./liking";
import { Notices } from "./Notices";
import { isNarrowed, usePlace, type View } from "./place";
import { SavedFilters } from "./SavedFilters";
import { SearchBox } from "./SearchBox";
import { Table, TableSkeleton } from "./Table";
import { useCustomers } from "./useCustomers";
import { ViewMenu } from "./ViewMenu";

const Invite = lazy(() => import("../people/Invite").then((dialog) => ({ default: dialog.Invite })));

export function CustomersPage() {
  const { t } = useTranslation();
  const formats = useFormats();
  const { who, tell } = useStanding();
  const [place, go] = usePlace();
  const [viewer, setViewer] = useState<LikingFragment | null>();
  const { liking, like, look, problem } = useLiking(viewer);
  const view = place.view ?? usualView(liking);
  const { rows, first, error, fetching, more, busyWithMore, moreFailed, paged, again } = useCustomers(place, view, liking);
  const [inviting, setInviting] = useState(false);
  useCustomerEvents(() => {
    // Reading anew begins at the first page, and whoever has gone on from there would lose their place.
    if (!paged) again();
  });
  useAccessChanged(again);

  useEffect(() => {
    if (first?.viewer === undefined) return;
    tell(first.viewer);
    setViewer(first.viewer);
  }, [first?.viewer, tell]);

  const { customers, customerTree } = first ?? {};
  const total = customers?.totalCount ?? customerTree?.matchedCount;
  const hidden = customers?.hiddenInactiveCount ?? customerTree?.hiddenInactiveCount;
  const criteria = customers?.appliedFilters ?? customerTree?.appliedFilters ?? [];
  const invites = who?.capabilities.includes("CUSTOMER_CREATE") ? () => setInviting(true) : undefined;
  // Invoices of end customers are a reseller's alone, whatever else the viewer may see.
  const offered = (column: CustomerColumn) => column !== "INVOICES" || liking.kind === "RESELLER";
  const columns = liking.columns.filter(offered);
  const narrowed = isNarrowed(place) || (liking.hideInactive && (hidden ?? 1) > 0);

  function takeAway(key: string) {
    if (key === "search") return go({ search: "" });
    if (key === "hideInactive") return void like({ hideInactive: false });
    go({ filter: Object.fromEntries(Object.entries(place.filter).filter(([name]) => name !== key)) });
  }

  function clear() {
    go({ search: "", filter: {} });
    if (liking.hideInactive) void like({ hideInactive: false });
  }

  function turn(next: View) {
    look(next);
    go({ view: next, ...(next === "tree" && { sort: undefined }) });
  }

  return (
    <Exports>
      <Stack gap="sm" className={classes.page}>
        <Group justify="space-between" gap="sm" mih={30}>
          <Group gap={8} align="baseline">
            <Title order={1}>{t("customers.title")}</Title>
            <Text size="sm" c="dimmed" role="status" aria-live="polite" className={classes.count}>
              {total !== undefined && t("customers.count", { count: total, figure: formats.figure(total) })}
            </Text>
          </Group>
          {invites && (
            <Button size="xs" leftSection={<Icon name="plus" size={14} />} className={classes.invite} aria-label={t("customers.invite")} onClick={invites}>
              <span>{t("customers.invite")}</span>
            </Button>
          )}
        </Group>

        <Group gap="xs">
          <SearchBox value={place.search} onChange={(search) => go({ search })} />
          <FilterButton filter={place.filter} onChange={(filter) => go({ filter })} />
          <SavedFilters saved={first?.viewer?.preferences.savedFilters ?? []} filter={place.filter} onApply={(filter) => go({ filter })} onChanged={again} />
          <Switch
            size="xs"
            label={hidden ? t("customers.hideInactiveCount", { count: hidden, figure: formats.figure(hidden) }) : t("customers.hideInactive")}
            checked={liking.hideInactive}
            onChange={({ currentTarget }) => void like({ hideInactive: currentTarget.checked })}
          />
          <Group gap="xs" className={classes.right}>
            <SegmentedControl
              size="xs"
              aria-label={t("customers.view.label")}
              value={view}
              onChange={(value) => turn(value as View)}
              data={(["list", "tree"] as const).map((value) => ({ value, label: t(`customers.view.${value}`) }))}
            />
            <ViewMenu liking={liking} offered={offered} onLike={like} />
            {who?.capabilities.includes("EXPORT") && (
              <ExportMenu
                input={{
                  hideInactive: liking.hideInactive,
                  ...(place.search && { search: place.search }),
                  ...(Object.keys(place.filter).length > 0 && { filter: place.filter }),
                  ...(place.sort && { sort: place.sort }),
                }}
              />
            )}
          </Group>
        </Group>

        <Chips criteria={criteria} onTakeAway={takeAway} onClear={clear} />
        {problem && (
          <Text size="sm" role="alert">
            {problem}
          </Text>
        )}
        {first?.customerListNotices && total !== 0 && <Notices notices={first.customerListNotices} hides={liking.hideInactive} />}
        <Pinned pinned={first?.viewer?.pinnedCustomers ?? []} />

        {error ? (
          <Failure error={error} onRetry={again} />
        ) : !first ? (
          <TableSkeleton columns={columns} density={liking.density} />
        ) : total === 0 ? (
          <Empty narrowed={narrowed} onInvite={invites} onClear={clear} />
        ) : (
          <Table
            rows={rows}
            columns={columns}
            density={liking.density}
            sort={place.sort ?? { key: "NAME", direction: "ASC" }}
            onSort={(sort) => go({ sort, ...(view === "tree" && sort && { view: "list" }) })}
            busy={fetching}
            onPinned={again}
          />
        )}
        {more && (
          <Group justify="center" gap="sm">
            <Text size="xs" c="dimmed">
              {t("customers.shown", { figure: formats.figure(rows.length) })}
            </Text>
            <Button size="xs" variant="default" loading={busyWithMore} onClick={() => void more()}>
              {t("customers.more")}
            </Button>
          </Group>
        )}
        {moreFailed && <Failure error={moreFailed} onRetry={() => void more?.()} />}
      </Stack>
      {inviting && (
        <Suspense>
          <Invite onClose={() => setInviting(false)} onDone={again} />
        </Suspense>
      )}
    </Exports>
  );
}

function Pinned({ pinned }: { pinned: readonly { id: string; name: string }[] }) {
  const { t } = useTranslation();
  if (!pinned.length) return null;
  return (
    <nav aria-label={t("customers.pinned")} className={classes.pinned}>
      <Icon name="star" size={14} filled />
      {pinned.map(({ id, name }) => (
        <Link key={id} href={`/customers/${id}`} className={classes.pin} title={name}>
          {name}
        </Link>
      ))}
    </nav>
  );
}
