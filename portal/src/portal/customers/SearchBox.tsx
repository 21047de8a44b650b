// Searching as one types: what is typed shows at once, the list follows a moment later.
import { CloseButton, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { Icon } from "../answer/Icon";

const PAUSE = 200; // milliseconds

type Props = { value: string; onChange: (value: string) => void };

export function SearchBox({ value, onChange }: Props) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(value);
  const told = useRef(value);
  const tell = useDebouncedCallback((text: string) => {
    told.current = text.trim();
    onChange(text.trim());
  }, PAUSE);

  // The address changed by something else, such as a chip that was taken away.
  useEffect(() => {
    if (value !== told.current) {
      told.current = value;
      setTyped(value);
    }
  }, [value]);

  function type(text: string) {
    setTyped(text);
    tell(text);
  }

  return (
    <TextInput
      type="search"
      role="searchbox"
      size="xs"
      w={{ base: "100%", xs: 260 }}
      aria-label={t("customers.search")}
      placeholder={t("customers.search")}
      leftSection={<Icon name="search" size={14} />}
      rightSection={typed && <CloseButton size="xs" aria-label={t("customers.clearSearch")} onClick={() => type("")} />}
      value={typed}
      onChange={(event) => type(event.currentTarget.value)}
    />
  );
}
