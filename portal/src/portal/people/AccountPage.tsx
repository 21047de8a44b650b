// The signed-in person's own account.
import { Stack, Title } from "@mantine/core";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";

import { Answered } from "../customer/Answered";
import { useAnswer } from "../customer/useAnswer";
import { useStanding } from "../shell/who";
import { ACCOUNT } from "./account.graphql";
import { ChangePassword } from "./ChangePassword";
import { CompanyPreferences } from "./CompanyPreferences";
import { Profile } from "./Profile";
import { Sessions } from "./Sessions";

export function AccountPage() {
  const { t } = useTranslation();
  const { tell } = useStanding();
  const reading = useAnswer(ACCOUNT, {});
  const { data, again, why } = reading;
  useEffect(() => {
    if (data) tell(data.viewer);
  }, [data, tell]);

  return (
    <Stack p="md" gap="md" maw={760}>
      <Title order={1}>{t("people.account.title")}</Title>
      <Answered of={reading} rows={8}>
        {({ viewer, tenantTree }) => (
          <>
            {viewer?.user && <Profile key={viewer.user.version} user={viewer.user} again={again} />}
            {viewer && !viewer.actingSession && <ChangePassword />}
            {viewer && <Sessions sessions={viewer.sessions.nodes} />}
            {tenantTree && <CompanyPreferences company={tenantTree} reason={why("tenantTree.notificationPreferences")} again={again} />}
          </>
        )}
      </Answered>
    </Stack>
  );
}
