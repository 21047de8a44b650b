// Upgrading, changing or removing a service, with what it will cost before it is done.
import { Button, Group, Modal, NativeSelect, Stack, Text, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";

import { useFormats } from "../answer/formats";
import type { ProductsQuery, ServiceLineFragment } from "../gql/graphql";
import { Answered } from "./Answered";
import { Refusal } from "./Refusal";
import type { Asked } from "./ServiceMenu";
import { PRODUCTS, SERVICE_ACTION } from "./services.graphql";
import { difference } from "./sum";
import { useAnswer } from "./useAnswer";
import { problemAt, problemsBeside, useChange } from "./useChange";

type Product = NonNullable<NonNullable<ProductsQuery["customer"]>["products"]>[number];
type Props = {
  customer: string;
  service: ServiceLineFragment;
  asked: Asked;
  again: () => void;
  onClose: () => void;
  onDone: (said: string) => void;
};

export function ChangeService(props: Props) {
  const { t } = useTranslation();
  const { service, asked, customer, onClose } = props;
  const reading = useAnswer(PRODUCTS, { id: customer });
  return (
    <Modal opened onClose={onClose} title={t(`customer.action.title.${asked}`, { name: service.name })} closeButtonProps={{ "aria-label": t("customer.close") }}>
      {asked === "DELETE" ? (
        <Form {...props} products={[]} />
      ) : (
        <Answered of={reading}>{(data) => <Form {...props} products={alike(service, asked, data.customer?.products ?? [])} />}</Answered>
      )}
    </Modal>
  );
}

/** A service becomes another product of its kind only, and an upgrade is a dearer one. */
function alike(service: ServiceLineFragment, asked: Asked, products: readonly Product[]): Product[] {
  const same = products.filter(({ kind, cloudConnection }) => kind === service.kind && cloudConnection === service.cloudConnection);
  if (asked === "MODIFY") return same;
  return same.filter(({ monthlyCharge }) => monthlyCharge && !difference(service.monthlyCharge, monthlyCharge).amount.match(/^-|^0*\.?0*$/));
}

function Form({ service, asked, products, again, onClose, onDone }: Props & { products: Product[] }) {
  const { t } = useTranslation();
  const { money } = useFormats();
  const { run, busy, problems, forget } = useChange(SERVICE_ACTION, (data) => data.serviceAction);
  const [product, setProduct] = useState(asked === "UPGRADE" ? (products[0]?.name ?? "") : service.product);
  const [name, setName] = useState(service.name);
  const [endsOn, setEndsOn] = useState(service.expiresOn ?? "");

  async function submit(event: FormEvent) {
    event.preventDefault();
    const changed = { product: product !== service.product ? product : undefined, name: name !== service.name ? name : undefined,
      endsOn: endsOn && endsOn !== service.expiresOn ? endsOn : undefined };
    const params = asked === "UPGRADE" ? { product } : asked === "MODIFY" ? changed : undefined;
    const done = await run({ input: { serviceId: service.id, action: asked, params }, options: { ifVersion: service.version } });
    if (!done) return;
    onDone(t(`customer.action.done.${asked}`, { name: done.service?.name ?? service.name }));
    onClose();
  }

  function loadAnew() {
    forget();
    again();
    onClose();
  }
  const fields = [["product"], ["name"], ["endsOn"]];
  if (asked === "UPGRADE" && products.length === 0) return <Text size="sm">{t("customer.services.noDearer")}</Text>;
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        {asked === "DELETE" && (
          <Text size="sm">
            {service.monthlyCharge ? t("customer.services.removeCharged", { amount: money(service.monthlyCharge) }) : t("customer.services.remove")}
          </Text>
        )}
        {asked !== "DELETE" && (
          <NativeSelect label={t("customer.services.product")} value={product} error={problemAt(problems, "product")}
            onChange={({ currentTarget }) => setProduct(currentTarget.value)}
            data={products.map((each) => ({ value: each.name, label: each.monthlyCharge ? `${each.name}, ${money(each.monthlyCharge)}` : each.name }))} />
        )}
        {asked === "MODIFY" && (
          <>
            <TextInput label={t("customer.services.name")} value={name} error={problemAt(problems, "name")} onChange={({ currentTarget }) => setName(currentTarget.value)} />
            <TextInput type="date" label={t("customer.services.endsOn")} value={endsOn} error={problemAt(problems, "endsOn")}
              onChange={({ currentTarget }) => setEndsOn(currentTarget.value)} />
          </>
        )}
        <Price service={service} product={products.find((each) => each.name === product)} />
        <Refusal problems={problemsBeside(problems, ...fields)} onLoadAnew={loadAnew} />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" size="xs" onClick={onClose}>{t("customer.cancel")}</Button>
          <Button type="submit" size="xs" loading={busy} color={asked === "DELETE" ? "red" : undefined}>{t(`customer.action.${asked}`)}</Button>
        </Group>
      </Stack>
    </form>
  );
}

/** What it will cost, and what that is more or less than now. */
function Price({ service, product }: { service: ServiceLineFragment; product: Product | undefined }) {
  const { t } = useTranslation();
  const { money } = useFormats();
  if (!product?.monthlyCharge || product.name === service.product) return null;
  const step = difference(service.monthlyCharge, product.monthlyCharge);
  const sign = step.amount.startsWith("-") ? "" : "+";
  return <Text size="sm" role="status">{t("customer.services.newPrice", { amount: money(product.monthlyCharge), step: sign + money(step) })}</Text>;
}
