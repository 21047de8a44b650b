// Where menus are drawn: inside the page's main part, so that they belong to a landmark, and clear of what would cut them off.
export const PORTAL = { target: "#page" };
