// What the folder customers/ says.
export const customers = {
  title: "Customers",
} as const;
