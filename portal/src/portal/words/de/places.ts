// Wie en/places.ts, auf Deutsch.
import type { WordsLike } from "../en";
import type { places as english } from "../en/places";

export const places: WordsLike<typeof english> = {
  switcher: {
    label: "Mandant wechseln, jetzt in {{place}}",
    item: "Mandant wechseln",
    title: "Mandant wechseln",
    search: "Mandanten nach Namen suchen",
    recent: "Zuletzt",
    found: "Gefunden",
    all: "Mandanten",
    beneath: "Hier finden Sie, was unter {{place}} liegt. Alles andere finden Sie von {{home}} aus.",
    none: "Hier gibt es keinen Mandanten, den Sie betreten dürfen.",
    nothing: "Kein Mandant, den Sie betreten dürfen, heißt „{{search}}“.",
  },
  kinds: { PLATFORM: "Plattform", DISTRIBUTOR: "Distributor", RESELLER: "Reseller", CUSTOMER: "Kunde" },
  acting: {
    label: "Sie handeln in einem anderen Mandanten",
    title: "{{place}} (vertretend) - Tenantry",
    in: "Sie handeln in {{place}}",
    as: "als {{role}}. Alles, was Sie hier tun, wird unter Ihrem Namen festgehalten: {{name}}.",
    back: "Zurück zu {{place}}",
    lost: "Ihr Aufenthalt bei {{place}} ist beendet, weil Ihr Zugang entzogen oder geändert wurde. Melden Sie sich erneut an.",
  },
  bell: {
    label_zero: "Mitteilungen, keine ungelesen",
    label_one: "Mitteilungen, {{count}} ungelesen",
    label_other: "Mitteilungen, {{count}} ungelesen",
    title: "Mitteilungen",
    readAll: "Alle als gelesen markieren",
    none: "Noch ist nichts geschehen. Änderungen bei Ihren Kunden erscheinen hier.",
    unread: "Neu",
  },
  events: {
    CREATED: "{{customer}} ist hinzugekommen",
    UPDATED: "Die Angaben zu {{customer}} haben sich geändert",
    STATUS_CHANGED: "Der Status von {{customer}} hat sich geändert",
    ONBOARDING_CHANGED: "Das Onboarding von {{customer}} ist vorangekommen",
    SOURCE_DATA_CHANGED: "Die Quelldaten von {{customer}} haben sich geändert",
    SERVICE_PROVISIONED: "{{customer}} hat einen neuen Dienst",
    SERVICE_DELETED: "{{customer}} hat einen Dienst weniger",
    INVOICE_CHANGED: "Eine Rechnung von {{customer}} hat sich geändert",
    ACCESS_CHANGED: "Jemandes Zugang zu {{customer}} hat sich geändert",
  },
};
