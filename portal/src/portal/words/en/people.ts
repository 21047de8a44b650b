// What the folder people/ says.
export const people = {
  title: "People",
  account: { title: "Account" },
} as const;
