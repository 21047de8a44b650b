// How far a customer is on its way in: a ring in its cell, and the tasks in a pop-up.
import { lazy } from "react";
import { useTranslation } from "react-i18next";

import { useFormats } from "../answer/formats";
import { graphql } from "../gql";
import type { StatusRingFragment } from "../gql/graphql";
import { Popup } from "./Popup";
import { Ring } from "./Ring";
import { Status } from "./Status";

const OnboardingTasks = lazy(() => import("./OnboardingTasks").then((part) => ({ default: part.OnboardingTasks })));

/** What the cell shows; the pop-up asks for the rest when it is opened. */
export const STATUS_RING = graphql(`
  fragment StatusRing on Customer {
    id
    name
    onboarding {
      status
      progress
    }
  }
`);

export function StatusRing({ customer: { id, name, onboarding } }: { customer: StatusRingFragment }) {
  const { t } = useTranslation();
  const { percent } = useFormats();
  if (!onboarding) return null;
  const done = onboarding.status === "COMPLETED";
  const share = percent(onboarding.progress);
  return (
    <Popup
      title={t("customer.onboarding.title")}
      label={done ? t("customer.onboarding.done", { name }) : t("customer.onboarding.open", { name, share })}
      cell={
        done ? (
          <Status kind="onboarding" status="COMPLETED" />
        ) : (
          <>
            <Ring share={onboarding.progress} />
            {share}
          </>
        )
      }
    >
      {() => <OnboardingTasks id={id} />}
    </Popup>
  );
}
