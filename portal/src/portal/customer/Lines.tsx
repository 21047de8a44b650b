// A list without bullets.
import { Stack } from "@mantine/core";
import type { ReactNode } from "react";

export function Lines({ gap = "xs", children }: { gap?: "xs" | "sm"; children: ReactNode }) {
  return (
    <Stack component="ul" gap={gap} m={0} p={0} style={{ listStyle: "none" }}>
      {children}
    </Stack>
  );
}
