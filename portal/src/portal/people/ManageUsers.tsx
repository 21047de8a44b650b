// Who may see and enter a customer: the people linked to it, their roles.
import { Modal } from "@mantine/core";

/** Mounted while it is open. */
type Props = { customer: { id: string; name: string }; onClose: () => void };

export function ManageUsers({ customer, onClose }: Props) {
  return <Modal opened onClose={onClose} title={customer.name} />;
}
