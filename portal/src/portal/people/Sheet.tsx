// A sheet in the middle of a page: for what people do before they are signed in.
import { Paper, Stack } from "@mantine/core";
import type { ReactNode } from "react";

export function Sheet({ children }: { children: ReactNode }) {
  return (
    <Stack align="center" p="md" pt="xl">
      <Paper withBorder p="xl" w="100%" maw={440}>
        {children}
      </Paper>
    </Stack>
  );
}
