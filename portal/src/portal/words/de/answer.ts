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
  requests: {
    OVERLOADED: "Der Server hat gerade zu viel zu tun. Versuchen Sie es gleich noch einmal.",
    UNAVAILABLE: "Der Server kann gerade nicht antworten. Versuchen Sie es gleich noch einmal.",
    TIMEOUT: "Die Antwort hat zu lange gedauert. Versuchen Sie es noch einmal.",
    INTERNAL: "Auf dem Server ist etwas schiefgegangen. Versuchen Sie es später noch einmal.",
    RATE_LIMITED: "Das war sehr viel in kurzer Zeit. Warten Sie einen Augenblick.",
    QUERY_TOO_EXPENSIVE: "Das ist zu viel auf einmal. Nehmen Sie Spalten heraus oder grenzen Sie die Liste ein.",
    BAD_REQUEST: "So lässt sich das nicht beantworten: {{message}}",
    UNAUTHENTICATED: "Ihre Sitzung ist beendet. Melden Sie sich erneut an.",
  },
};
