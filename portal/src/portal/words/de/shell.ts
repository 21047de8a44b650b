// Wie en/shell.ts, auf Deutsch.
import type { WordsLike } from "../en";
import type { shell as english } from "../en/shell";

export const shell: WordsLike<typeof english> = {
  product: "Tenantry",
  skip: "Zum Inhalt",
  nav: { label: "Hauptmenü", customers: "Kunden" },
  signIn: {
    title: "Anmelden",
    email: "E-Mail",
    password: "Passwort",
    show: "Passwort zeigen",
    submit: "Anmelden",
    forgotten: "Passwort vergessen?",
    ended: "Ihre Sitzung ist beendet. Melden Sie sich erneut an.",
  },
  menu: {
    label: "Konto von {{name}}",
    signOut: "Abmelden",
    appearance: "Darstellung",
    light: "Hell",
    dark: "Dunkel",
    auto: "System",
    language: "Sprache",
  },
  nowhere: { title: "Diese Seite gibt es nicht", text: "Die Adresse ist vielleicht falsch geschrieben, oder es gibt sie nicht mehr.", back: "Zu den Kunden" },
  loading: "Wird geladen",
};
