// How a criterion of the filter reads: its name, and its value in the reader's words.
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";

import { useFormats, type Formats } from "../answer/formats";
import type { CustomerStatus, OnboardingStatus, SourceDataStatus, TenantKind } from "../gql/graphql";
import type { en } from "../words/en";

type Applied = { key: string; label: string; value: unknown };
type Known = keyof (typeof en)["customers"]["criteria"];

export function useCriteria() {
  const { t, i18n } = useTranslation();
  const formats = useFormats();
  const list = new Intl.ListFormat(i18n.language, { type: "disjunction" });
  const isKnown = (key: string): key is Known => i18n.exists(`customers.criteria.${key}`);
  return {
    /** The API's own English label stands for a criterion that the portal has no words for. */
    label: ({ key, label }: Applied) => (isKnown(key) ? t(`customers.criteria.${key}`) : label),
    value({ key, value }: Applied): string {
      if (typeof value === "boolean") return key === "dormant" ? t(value ? "customers.yes" : "customers.no") : "";
      if (Array.isArray(value)) return key === "ids" ? formats.figure(value.length) : list.format(value.map((one) => saying(t, formats, key, one)));
      return typeof value === "string" ? value : "…";
    },
  };
}

function saying(t: TFunction, formats: Formats, key: string, value: unknown): string {
  if (typeof value !== "string") return "…";
  switch (key) {
    case "status":
      return t(`customer.status.customer.${value as CustomerStatus}`);
    case "onboarding":
      return t(`customer.status.onboarding.${value as OnboardingStatus}`);
    case "sourceData":
      return t(`customer.status.sourceData.${value as SourceDataStatus}`);
    case "kind":
      return t(`places.kinds.${value as TenantKind}`);
    case "countryOrRegion":
      return formats.country(value);
    default:
      return value;
  }
}
