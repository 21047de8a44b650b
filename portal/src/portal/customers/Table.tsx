// The customers as a table: titles that order it, one line for each, what one can do at its end.
import { ActionIcon, Skeleton, Text, UnstyledButton } from "@mantine/core";
import { columnOrderingFeature, columnVisibilityFeature, createColumnHelper, rowSortingFeature, tableFeatures, useTable, type SortingState } from "@tanstack/react-table";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";

import { useFormats } from "../answer/formats";
import { Icon } from "../answer/Icon";
import type { CustomerColumn, CustomerSort, CustomerSortKey, Density } from "../gql/graphql";
import { COLUMNS, shown, type Shown, type Words } from "./cells";
import { RowActions } from "./RowActions";
import { hasChildren, unfolded, type Row } from "./rows";
import classes from "./Table.module.css";

const features = tableFeatures({ columnOrderingFeature, columnVisibilityFeature, rowSortingFeature });
const column = createColumnHelper<typeof features, Row>();

type Props = {
  rows: Row[];
  columns: CustomerColumn[];
  density: Density;
  sort: CustomerSort;
  onSort: (sort: CustomerSort | undefined) => void;
  busy: boolean;
  onPinned: () => void;
};

export function Table({ rows, columns, density, sort, onSort, busy, onPinned }: Props) {
  const { t } = useTranslation();
  const formats = useFormats();
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const data = useMemo(() => unfolded(rows, folded), [rows, folded]);
  const definitions = useMemo(() => defined(columns, { t, formats }), [columns, t, formats]);
  const sorting: SortingState = [{ id: sort.key ?? "NAME", desc: sort.direction === "DESC" }];
  const table = useTable({
    features,
    columns: definitions,
    data,
    getRowId: ({ id }) => id,
    manualSorting: true,
    state: { sorting },
    onSortingChange(change) {
      const [next] = typeof change === "function" ? change(sorting) : change;
      onSort(next && { key: next.id as CustomerSortKey, direction: next.desc ? "DESC" : "ASC" });
    },
  });

  function fold(id: string) {
    setFolded((before) => (before.has(id) ? new Set([...before].filter((one) => one !== id)) : new Set([...before, id])));
  }

  return (
    <div className={classes.window} role="region" aria-label={t("customers.title")} tabIndex={0} data-density={density} aria-busy={busy}>
      <table className={classes.table}>
        <thead>
          <tr>
            {table.getHeaderGroups()[0]?.headers.map(({ id, column, isPlaceholder }) => {
              const direction = column.getIsSorted();
              const figure = column.columnDef.meta?.figure;
              return (
                <th key={id} scope="col" className={figure ? "figure" : undefined} aria-sort={direction ? `${direction}ending` : undefined}>
                  {isPlaceholder ? null : column.getCanSort() ? (
                    <UnstyledButton className={classes.sort} data-figure={figure || undefined} onClick={column.getToggleSortingHandler()}>
                      {t(`customers.columns.${column.columnDef.meta!.column}`)}
                      <span className={classes.arrow} data-direction={direction || undefined}>
                        <Icon name="up" size={12} />
                      </span>
                    </UnstyledButton>
                  ) : (
                    t(`customers.columns.${column.columnDef.meta!.column}`)
                  )}
                </th>
              );
            })}
            <th scope="col" className={classes.actions}>
              <span className={classes.unseen}>{t("customers.actions.label")}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {table.getRowModel().rows.map((line) => {
            const row = line.original;
            const index = rows.indexOf(row);
            return (
              <tr key={line.id} data-unmatched={!row.matched || undefined} data-tier={row.kind}>
                {line.getVisibleCells().map((cell) =>
                  cell.column.id === "NAME" ? (
                    <th key={cell.id} scope="row" className={classes.name}>
                      <Name row={row} folded={folded.has(row.id)} onFold={hasChildren(rows, index) ? () => fold(row.id) : undefined} />
                    </th>
                  ) : (
                    <td key={cell.id} className={cell.column.columnDef.meta?.figure ? "figure" : undefined}>
                      {/* not as a component of its own, which a new render would make anew and so close its pop-up */}
                      {shown((cell.column.columnDef.meta?.column ?? "STATUS") as Shown, row, { t, formats })}
                    </td>
                  ),
                )}
                <td className={classes.actions}>
                  <RowActions row={row} onPinned={onPinned} />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

declare module "@tanstack/react-table" {
  // eslint-disable-next-line @typescript-eslint/no-unused-vars
  interface ColumnMeta<TFeatures, TData, TValue> {
    column: CustomerColumn;
    figure: boolean;
  }
}

function defined(columns: CustomerColumn[], words: Words) {
  const titled: CustomerColumn[] = ["NAME", ...columns.filter((name) => name !== "NAME")];
  return column.columns(
    titled.map((name) => {
      const { sort, figure } = name === "NAME" ? { sort: "NAME" as const, figure: false } : COLUMNS[name];
      return column.accessor((row) => row.name, {
        id: sort ?? `_${name}`,
        meta: { column: name, figure: figure ?? false },
        enableSorting: sort !== undefined,
        sortDescFirst: sort !== "NAME" && sort !== "STATUS",
        cell: ({ row }) => (name === "NAME" ? row.original.name : shown(name, row.original, words)),
      });
    }),
  );
}

function Name({ row, folded, onFold }: { row: Row; folded: boolean; onFold: (() => void) | undefined }) {
  const { t } = useTranslation();
  return (
    <div className={classes.place} style={{ paddingInlineStart: row.depth * 20 }}>
      {onFold ? (
        <ActionIcon variant="subtle" color="gray" size={20} aria-expanded={!folded} aria-label={t(folded ? "customers.unfold" : "customers.fold", { name: row.name })} onClick={onFold}>
          <Icon name={folded ? "right" : "down"} size={14} />
        </ActionIcon>
      ) : (
        row.kind && <span className={classes.leaf} />
      )}
      {row.customer ? (
        <Link href={`/customers/${row.customer.id}`} className={classes.link} title={row.name}>
          {row.name}
        </Link>
      ) : (
        <span className={classes.own} title={row.name}>
          {row.name}
        </span>
      )}
      {row.kind && row.kind !== "CUSTOMER" && (
        <Text component="span" size="xs" c="dimmed" className={classes.kind}>
          {t(`places.kinds.${row.kind}`)}
        </Text>
      )}
      {!row.matched && row.customer && <span className={classes.unseen}>{t("customers.unmatched")}</span>}
    </div>
  );
}

/** As many lines as the first page might have, so that nothing jumps when it comes. */
export function TableSkeleton({ columns, density }: { columns: CustomerColumn[]; density: Density }) {
  const { t } = useTranslation();
  const titled = ["NAME" as const, ...columns.filter((name) => name !== "NAME")];
  return (
    <div className={classes.window} data-density={density} aria-hidden="true">
      <table className={classes.table}>
        <thead>
          <tr>
            {titled.map((name) => (
              <th key={name} className={name !== "NAME" && COLUMNS[name].figure ? "figure" : undefined}>
                {t(`customers.columns.${name}`)}
              </th>
            ))}
            <th className={classes.actions} />
          </tr>
        </thead>
        <tbody>
          {Array.from({ length: 8 }, (_, line) => (
            <tr key={line}>
              {titled.map((name) => (
                <td key={name} className={name === "NAME" ? classes.name : undefined}>
                  <Skeleton h={12} my={4} w={name === "NAME" ? 180 : 64} maw="100%" ms={name !== "NAME" && COLUMNS[name].figure ? "auto" : undefined} />
                </td>
              ))}
              <td className={classes.actions}>
                <Skeleton h={28} w={150} visible={false} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
