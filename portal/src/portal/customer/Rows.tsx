// One page of a table's rows, and beneath it the next one once it is asked for.
import { Button, Skeleton, Table, Text } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { Failure } from "../shell/Failure";
import type { Reading } from "./useAnswer";

type Connection<Node> = { nodes: readonly Node[]; pageInfo: { hasNextPage: boolean; endCursor?: string | null } };
type Props<Data, Node> = {
  of: Reading<Data>;
  /** Where the rows stand in the data. */
  from: (data: Data) => Connection<Node> | null | undefined;
  columns: number;
  row: (node: Node) => ReactNode;
  /** What to say where there is none; left out on all pages but the first. */
  empty?: string;
  /** The page after a cursor. */
  next: (after: string) => ReactNode;
};

export function Rows<Data, Node>({ of, from, columns, row, empty, next }: Props<Data, Node>) {
  const { t } = useTranslation();
  const [more, setMore] = useState(false);
  const found = of.data && from(of.data);
  if (of.error && !of.data) return <Across columns={columns}><Failure error={of.error} onRetry={of.again} /></Across>;
  if (!of.data) return <Waiting columns={columns} />;
  const { hasNextPage, endCursor } = found?.pageInfo ?? { hasNextPage: false };
  return (
    <>
      <Table.Tbody>{found?.nodes.map(row)}</Table.Tbody>
      {empty && found?.nodes.length === 0 && (
        <Across columns={columns}>
          <Text size="sm" c="dimmed" py="md">{empty}</Text>
        </Across>
      )}
      {hasNextPage && endCursor && (more ? next(endCursor) : (
        <Across columns={columns}>
          <Button variant="default" size="xs" onClick={() => setMore(true)}>{t("customer.more")}</Button>
        </Across>
      ))}
    </>
  );
}

function Across({ columns, children }: { columns: number; children: ReactNode }) {
  return (
    <Table.Tbody>
      <Table.Tr>
        <Table.Td colSpan={columns}>{children}</Table.Td>
      </Table.Tr>
    </Table.Tbody>
  );
}

function Waiting({ columns }: { columns: number }) {
  const { t } = useTranslation();
  return (
    <Table.Tbody aria-busy="true" aria-label={t("shell.loading")}>
      {[0, 1, 2, 3].map((n) => (
        <Table.Tr key={n}>
          <Table.Td colSpan={columns} py={12}>
            <Skeleton h={14} w={`${90 - n * 10}%`} />
          </Table.Td>
        </Table.Tr>
      ))}
    </Table.Tbody>
  );
}
