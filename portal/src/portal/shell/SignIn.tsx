// Signing in, before any page.
import { Alert, Anchor, Button, Paper, PasswordInput, Stack, TextInput, Title } from "@mantine/core";
import type { FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { useMutation } from "urql";

import { failureOf } from "../answer/failure";
import { fieldErrors } from "../answer/userErrors";
import { rememberLiking } from "../customers/liking";
import { graphql } from "../gql";
import { useStanding } from "./who";

const SIGN_IN = graphql(`
  mutation SignIn($input: SignInInput!) {
    signIn(input: $input) {
      viewer {
        ...Liking
      }
      userErrors {
        code
        message
        path
      }
    }
  }
`);

/** `lost` is the tenant in which they acted when the session ended: most likely the right to be there was taken away. */
export function SignIn({ ended, lost }: { ended: boolean; lost?: string }) {
  const { t } = useTranslation();
  const { restart } = useStanding();
  const [{ fetching, data, error }, signIn] = useMutation(SIGN_IN);
  const wrong = fieldErrors(data?.signIn.userErrors);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const input = { email: String(form.get("email")), password: String(form.get("password")) };
    const { data } = await signIn({ input });
    if (!data?.signIn.viewer) return;
    rememberLiking(data.signIn.viewer);
    restart("signedIn");
  }

  const problem = wrong.rest ?? failureOf(error, t);
  return (
    <main>
      <Stack align="center" justify="center" mih="100vh" p="md">
        <Paper withBorder p="xl" w="100%" maw={380}>
          <form onSubmit={submit} aria-label={t("shell.signIn.title")}>
            <Stack gap="md">
              <Title order={1}>{t("shell.signIn.title")}</Title>
              {ended && !problem && <Alert variant="light">{lost ? t("places.acting.lost", { place: lost }) : t("shell.signIn.ended")}</Alert>}
              {problem && (
                <Alert role="alert" color="red" variant="light">
                  {problem}
                </Alert>
              )}
              <TextInput
                name="email"
                type="email"
                label={t("shell.signIn.email")}
                autoComplete="username"
                required
                withAsterisk={false}
                autoFocus
                error={wrong.at("email")}
              />
              <PasswordInput
                name="password"
                label={t("shell.signIn.password")}
                autoComplete="current-password"
                visibilityToggleButtonProps={{ "aria-label": t("shell.signIn.show") }}
                required
                withAsterisk={false}
                error={wrong.at("password")}
              />
              <Button type="submit" loading={fetching} fullWidth>
                {t("shell.signIn.submit")}
              </Button>
              <Anchor href="/forgotten-password" size="sm">
                {t("shell.signIn.forgotten")}
              </Anchor>
            </Stack>
          </form>
        </Paper>
      </Stack>
    </main>
  );
}
