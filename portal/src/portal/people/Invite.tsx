// Inviting a customer, or people of one.
import { Modal } from "@mantine/core";
import { useTranslation } from "react-i18next";

/** Mounted while it is open. `onDone` is told that an invitation was sent. */
type Props = { onClose: () => void; onDone?: () => void };

export function Invite({ onClose }: Props) {
  const { t } = useTranslation();
  return <Modal opened onClose={onClose} title={t("people.title")} />;
}
