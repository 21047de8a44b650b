// Wie en/answer.ts, auf Deutsch.
import type { answer as english } from "../en/answer";
import type { WordsLike } from "../en";

export const answer: WordsLike<typeof english> = {
  withheld: {
    label: "Nicht einsehbar: {{reason}}",
    ROLE: "Ihre Rolle umfasst das nicht. Bitten Sie einen Administrator von {{place}} um eine andere Rolle.",
    SUPPORT_ROLE: "Für Support nicht sichtbar. Bitten Sie einen Administrator von {{place}} um eine andere Rolle bei diesem Kunden.",
    TENANT_KIND: "Es gehört zu anderen Mandanten. Wechseln Sie zu dem, der die Rechnungen stellt.",
    NOT_LINKED: "Sie sind dort nicht berechtigt. Bitten Sie einen Administrator von {{place}}, Sie zu verknüpfen.",
    CUSTOMER_STATUS: "Der Status des Kunden lässt das nicht zu.",
    OBJECT_STATUS: "Der Status lässt das nicht zu.",
    API_KEY_SCOPE: "Der API-Schlüssel wurde ohne dieses Recht erstellt.",
    yourCompany: "Ihrem Unternehmen",
  },
  failed: {
    title: "Das hat nicht geklappt",
    network: "Der Server ist nicht erreichbar. Prüfen Sie Ihre Verbindung.",
    broken: "Auf dieser Seite ist etwas schiefgegangen. Versuchen Sie es erneut, oder laden Sie sie neu.",
    retry: "Erneut versuchen",
    none: "Nichts",
  },
};
