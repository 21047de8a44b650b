// What the frame says: top bar, signing in, addresses that lead nowhere.
export const shell = {
  product: "Tenantry",
  skip: "Skip to content",
  nav: { label: "Main", customers: "Customers" },
  signIn: {
    title: "Sign in",
    email: "E-mail",
    password: "Password",
    show: "Show password",
    submit: "Sign in",
    forgotten: "Forgotten password?",
    ended: "Your session has ended. Sign in again to go on.",
  },
  menu: {
    label: "Account of {{name}}",
    signOut: "Sign out",
    appearance: "Appearance",
    light: "Light",
    dark: "Dark",
    auto: "System",
    language: "Language",
  },
  nowhere: { title: "There is no such page", text: "The address may be mistyped, or what was here is gone.", back: "To the customers" },
  loading: "Loading",
} as const;
