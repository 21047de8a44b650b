// Which modules go together: all that the portal's first page needs comes in few files instead of fifty.
import { fileURLToPath } from "node:url";

type Context = { getModuleInfo: (id: string) => { importedIds: readonly string[] } | null };

const ENTRIES = ["portal", "graphiql"].map((page) => fileURLToPath(new URL(`src/${page}/main.tsx`, import.meta.url)));
const known = new Map<string, ReadonlySet<string>>();

/** What a page needs before it can show anything. */
function needed(entry: string, context: Context): ReadonlySet<string> {
  const found = known.get(entry) ?? new Set([entry]);
  if (known.has(entry)) return found;
  // a set goes on to what is added to it meanwhile
  for (const id of found) for (const imported of context.getModuleInfo(id)?.importedIds ?? []) (found as Set<string>).add(imported);
  known.set(entry, found);
  return found;
}

/** Whether both pages need a module, or the portal alone; what is fetched later stays as it is. */
function of(id: string, context: Context): "shared" | "first" | null {
  const [portal, graphiql] = ENTRIES.map((entry) => needed(entry, context).has(id));
  return portal && !id.endsWith(".css") ? (graphiql ? "shared" : "first") : null;
}

const group = (name: "shared" | "first", priority: number) => ({
  name: (id: string, context: Context) => (of(id, context) === name ? name : null),
  debugName: name,
  priority,
});

export const chunks = { groups: [group("shared", 2), group("first", 1)] };
