// Was der Server über Fehler sagt, auf Deutsch: nach ihrem Code, und wo nötig nach dem Feld.
import type { ErrorCode } from "../../gql/graphql";

const EMAIL = "Geben Sie eine E-Mail-Adresse an, etwa anna@firma.example.";
const WEB = "Geben Sie eine Adresse an, die mit https:// beginnt.";
const LONG = "Der Text ist zu lang oder leer.";

/** Zu jedem Code der API; bei INVALID hilft ohne das Feld nur, was der Server selbst sagt. */
const codes: Record<ErrorCode, string | undefined> = {
  FORBIDDEN: "Ihre Rolle lässt das nicht zu. Bitten Sie einen Administrator um eine andere.",
  NOT_FOUND: "Das gibt es nicht, oder Sie dürfen davon nicht wissen.",
  REQUIRED: "Bitte füllen Sie dieses Feld aus.",
  INVALID: undefined,
  TOO_SHORT: "Das ist zu kurz.",
  WEAK_PASSWORD: "Ein Passwort hat mindestens 12 Zeichen, davon vier verschiedene, und ist kein Teil der E-Mail-Adresse.",
  EMAIL_TAKEN: "Diese Adresse hat hier schon jemand.",
  INVALID_STATE: "Der jetzige Stand lässt das nicht zu.",
  VERSION_CONFLICT: "Jemand hat das inzwischen geändert. Laden Sie es neu.",
  IDEMPOTENCY_MISMATCH: "Das wurde schon einmal anders gesendet. Laden Sie die Seite neu.",
  LINK_EXPIRED: "Der Link ist verbraucht oder abgelaufen. Bitten Sie um einen neuen.",
  CANNOT_LINK_ADMIN: "Administratoren sehen ohnehin jeden Kunden und werden nicht verknüpft.",
  CURRENCY_MISMATCH: "In dieser Währung wird der Kunde nicht abgerechnet.",
  LAST_ADMIN: "Jemand muss Administrator bleiben.",
  LIMIT_EXCEEDED: "Mehr gehen nicht: Die zulässige Zahl ist erreicht. Warten Sie ein wenig, oder machen Sie erst Platz.",
};

const fields: Record<string, string> = {
  "INVALID/input": "E-Mail-Adresse oder Passwort stimmen nicht, oder es waren zu viele Versuche.",
  "INVALID/email": EMAIL,
  "FAILED/email": EMAIL,
  "FAILED/phone": "Geben Sie eine Telefonnummer mit Landesvorwahl an, etwa +49-30-555-0100.",
  "INVALID/website": WEB,
  "FAILED/website": WEB,
  "INVALID/documentUrl": WEB,
  "FAILED/documentUrl": WEB,
  "INVALID/domain": "Geben Sie eine Domain an, etwa firma.example, ohne https:// und ohne Pfad.",
  "INVALID/country": "Dieses Land gibt es nicht. Geben Sie zwei Buchstaben an, etwa DE.",
  "FAILED/country": "Geben Sie zwei Buchstaben an, etwa DE.",
  "INVALID/endsOn": "Der letzte Tag liegt vor dem ersten oder schon in der Vergangenheit.",
  "INVALID/value": "Geben Sie einen Betrag an, etwa 36000.00.",
  "FAILED/value": "Geben Sie einen Betrag an, etwa 36000.00.",
  "INVALID/title": LONG,
  "INVALID/name": LONG,
  "INVALID/companyName": LONG,
  "INVALID/description": LONG,
  "INVALID/password": "Dieses Passwort ist zu lang.",
  "INVALID/current": "Das ist nicht Ihr Passwort, oder es waren zu viele Versuche: Nach zehn warten Sie eine Viertelstunde.",
  "INVALID/next": "Wählen Sie ein anderes Passwort als Ihr jetziges, höchstens 1024 Bytes lang.",
  "INVALID/product": "Dieses Produkt gibt es nicht, oder nicht in der Währung des Kunden.",
};

export const errors: Record<string, string | undefined> = { ...codes, ...fields };
