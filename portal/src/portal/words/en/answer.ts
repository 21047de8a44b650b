// What is said about answers: what is withheld, what failed.
export const answer = {
  withheld: {
    label: "Withheld: {{reason}}",
    ROLE: "Your role does not include this. Ask an admin of {{place}} for another role.",
    SUPPORT_ROLE: "Not shown to Support. Ask an admin of {{place}} for another role on this customer.",
    TENANT_KIND: "It belongs to another pair of tenants. Switch into the tenant that issues the invoices.",
    NOT_LINKED: "You hold nothing there. Ask an admin of {{place}} to link you.",
    CUSTOMER_STATUS: "The customer's status does not allow this.",
    OBJECT_STATUS: "Its status does not allow this.",
    API_KEY_SCOPE: "The API key was made without this right.",
    yourCompany: "your company",
  },
  failed: {
    title: "This did not work",
    network: "The server cannot be reached. Check your connection.",
    broken: "Something in this page went wrong. Try again, or load it anew.",
    retry: "Try again",
    none: "Nothing",
  },
  requests: {
    OVERLOADED: "The server has more to do than it can just now. Try again in a moment.",
    UNAVAILABLE: "The server cannot answer just now. Try again in a moment.",
    TIMEOUT: "The answer took too long. Try again.",
    INTERNAL: "Something went wrong on the server. Try again later.",
    RATE_LIMITED: "That was a lot in a short time. Wait a moment.",
    QUERY_TOO_EXPENSIVE: "That is too much at once. Show fewer columns, or narrow the list.",
    BAD_REQUEST: "This cannot be answered as it was asked: {{message}}",
    UNAUTHENTICATED: "Your session has ended. Sign in again to go on.",
  },
} as const;
