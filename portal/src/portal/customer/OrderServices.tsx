// Ordering services: what there is, what each costs a month, and what the order comes to before it is placed.
import { ActionIcon, Button, Fieldset, Group, Modal, NativeSelect, Stack, Text, TextInput } from "@mantine/core";
import { useRef, useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";

import { useFormats } from "../answer/formats";
import { Icon } from "../answer/Icon";
import type { ProductsQuery } from "../gql/graphql";
import { Answered } from "./Answered";
import { Refusal } from "./Refusal";
import { ADD_SERVICES, PRODUCTS } from "./services.graphql";
import { sum } from "./sum";
import { useAnswer } from "./useAnswer";
import { problemAt, problemsBeside, useChange, type Problem } from "./useChange";

type Product = NonNullable<NonNullable<ProductsQuery["customer"]>["products"]>[number];
type Props = { id: string; onClose: () => void; onDone: (said: string) => void };
type Wish = { key: number; product: string; name: string; endsOn: string };

export function OrderServices(props: Props) {
  const { t } = useTranslation();
  const reading = useAnswer(PRODUCTS, { id: props.id });
  return (
    <Modal opened onClose={props.onClose} size="lg" title={t("customer.services.order")} closeButtonProps={{ "aria-label": t("customer.close") }}>
      <Answered of={reading}>{(data) => <Order {...props} products={data.customer?.products ?? []} />}</Answered>
    </Modal>
  );
}

function Order({ id, products, onClose, onDone }: Props & { products: readonly Product[] }) {
  const { t } = useTranslation();
  const { money } = useFormats();
  const { run, busy, problems, forget } = useChange(ADD_SERVICES, (data) => data.addServices);
  const next = useRef(1);
  const [wishes, setWishes] = useState<Wish[]>([{ key: 0, product: "", name: "", endsOn: "" }]);
  const chosen = wishes.map(({ product }) => products.find(({ name }) => name === product));
  const total = sum(chosen.flatMap((product) => product?.monthlyCharge ?? []));

  async function submit(event: FormEvent) {
    event.preventDefault();
    const wanted = wishes.map(({ product, name, endsOn }) => ({ product, name: name || undefined, endsOn: endsOn || undefined }));
    const done = await run({ input: { customerId: id, products: wanted }, options: { idempotencyKey: crypto.randomUUID() } });
    if (!done) return;
    onDone(t("customer.services.ordered", { names: done.services?.map(({ name }) => name).join(", ") ?? "" }));
    onClose();
  }

  const shown = wishes.flatMap((_, n) => ["product", "name", "endsOn"].map((field) => ["products", String(n), field]));
  const put = (key: number, change: Partial<Wish>) => setWishes((all) => all.map((wish) => (wish.key === key ? { ...wish, ...change } : wish)));
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        {wishes.map((wish, n) => (
          <WishFields key={wish.key} n={n} wish={wish} products={products} problems={problems} onChange={(change) => put(wish.key, change)}
            onDrop={wishes.length > 1 ? () => setWishes((all) => all.filter(({ key }) => key !== wish.key)) : undefined} />
        ))}
        <Button variant="subtle" size="compact-sm" leftSection={<Icon name="plus" size={14} />} style={{ alignSelf: "flex-start" }}
          onClick={() => { setWishes((all) => [...all, { key: next.current, product: "", name: "", endsOn: "" }]); next.current += 1; }}>
          {t("customer.services.another")}
        </Button>
        <Text size="sm" role="status" fw={600}>
          {total ? t("customer.services.comesTo", { amount: money(total) }) : t("customer.services.choose")}
        </Text>
        <Refusal problems={problemsBeside(problems, ...shown)} onLoadAnew={forget} />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" size="xs" onClick={onClose}>{t("customer.cancel")}</Button>
          <Button type="submit" size="xs" loading={busy} disabled={!total}>
            {total ? t("customer.services.orderFor", { amount: money(total) }) : t("customer.services.order")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

type FieldsProps = {
  n: number;
  wish: Wish;
  products: readonly Product[];
  problems: readonly Problem[];
  onChange: (change: Partial<Wish>) => void;
  onDrop?: (() => void) | undefined;
};

function WishFields({ n, wish, products, problems, onChange, onDrop }: FieldsProps) {
  const { t } = useTranslation();
  const { money } = useFormats();
  const at = (field: string) => problemAt(problems, "products", String(n), field);
  const kinds = [...new Set(products.map(({ kind }) => kind))];
  const priced = ({ name, monthlyCharge }: Product) =>
    monthlyCharge ? t("customer.services.priced", { product: name, amount: money(monthlyCharge) }) : name;
  return (
    <Fieldset legend={t("customer.services.number", { number: n + 1 })} p="sm">
      <Group align="flex-start" gap="sm">
        <NativeSelect label={t("customer.services.product")} value={wish.product} error={at("product")} flex="1 1 100%" required withAsterisk={false}
          onChange={({ currentTarget: { value } }) => onChange({ product: value })}
          data={[{ value: "", label: "" }, ...kinds.map((kind) => ({
            group: t(`customer.kind.${kind}`),
            items: products.filter((product) => product.kind === kind).map((product) => ({ value: product.name, label: priced(product) })),
          }))]} />
        <TextInput label={t("customer.services.name")} value={wish.name} placeholder={wish.product} error={at("name")} flex="2 1 180px"
          onChange={({ currentTarget: { value } }) => onChange({ name: value })} />
        <TextInput type="date" label={t("customer.services.endsOn")} value={wish.endsOn} error={at("endsOn")} flex="1 1 130px"
          onChange={({ currentTarget: { value } }) => onChange({ endsOn: value })} />
        {onDrop && (
          <ActionIcon variant="subtle" color="gray" mt={26} onClick={onDrop} aria-label={t("customer.services.drop", { number: n + 1 })}>
            <Icon name="close" size={14} />
          </ActionIcon>
        )}
      </Group>
    </Fieldset>
  );
}
