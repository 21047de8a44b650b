// Where the letter of an invitation leads: what it offers, and accepting it.
import { Button, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { Link } from "wouter";

import { graphql } from "../gql";
import { Failure } from "../shell/Failure";
import { Loading } from "../shell/Loading";
import { AcceptForm } from "./AcceptForm";
import { Sheet } from "./Sheet";

const OFFER = graphql(`
  query Offer($token: String!) {
    invitationOffer(token: $token) {
      ...Offer
    }
  }

  fragment Offer on InvitationOffer {
    purpose
    email
    company
    inviter
    organizationName
    firstName
    lastName
    role
    expiresAt
  }
`);

/** What follows "invitation=" in the address: behind the #, so that browsers tell it to no server. */
function secret(): string {
  return new URLSearchParams(location.hash.slice(1)).get("invitation") ?? "";
}

export function AcceptInvitation() {
  const [token] = useState(secret);
  return <Sheet>{token ? <Offered token={token} /> : <Nothing what="none" />}</Sheet>;
}

function Offered({ token }: { token: string }) {
  const [{ data, error }, again] = useQuery({ query: OFFER, variables: { token } });
  if (error) return <Failure error={error} onRetry={again} />;
  if (!data) return <Loading />;
  return data.invitationOffer ? <AcceptForm token={token} offer={data.invitationOffer} /> : <Nothing what="dead" />;
}

function Nothing({ what }: { what: "dead" | "none" }) {
  const { t } = useTranslation();
  return (
    <Stack align="flex-start">
      <Title order={1}>{t(`people.accept.${what}`)}</Title>
      <Text size="sm" c="dimmed">
        {t(`people.accept.${what}Hint`)}
      </Text>
      <Button component={Link} href="/" variant="default">
        {t("people.accept.signIn")}
      </Button>
    </Stack>
  );
}
