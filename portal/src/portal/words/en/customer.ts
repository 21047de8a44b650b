// What the folder customer/ says.
export const customer = {
  title: "Customer",
} as const;
