// What the viewer was not shown: where, for want of which capability, why, and whom to ask.
import { useGraphiQL } from "@graphiql/react";
import { isEnumType } from "graphql";
import { useContext } from "react";

import { PageContext, type Extensions } from "../context";
import { Path } from "./Path";

type Entry = { path: string; capability: string; reason: string };

export const withheldOf = (extensions?: Extensions) => (extensions?.withheld ?? []) as Entry[];

export function Withheld({ extensions }: { extensions?: Extensions }) {
  const { viewer } = useContext(PageContext);
  const meaning = useMeaning();
  const entries = withheldOf(extensions);
  if (!extensions) return <p>Run a query: fields that you may not see are null in the answer, and listed here.</p>;
  if (!entries.length) return <p>You saw all that you asked for.</p>;
  const here = viewer?.currentTenant?.name ?? "your company";
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Fields</th>
          <th scope="col">Takes</th>
          <th scope="col">Why not, and what to do</th>
        </tr>
      </thead>
      <tbody>
        {alike(entries).map(({ paths, capability, reason }) => (
          <tr key={`${capability} ${reason}`}>
            <td>
              {paths.map((path) => (
                <div key={path}>
                  <Path>{path}</Path>
                </div>
              ))}
            </td>
            <td>
              <code>{capability}</code>
              <small>{meaning("Capability", capability)}</small>
            </td>
            <td>
              {meaning("WithheldReason", reason)}
              {reason.endsWith("ROLE") && (
                <small>
                  Ask an administrator of {here} for a role that includes {capability}.
                </small>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The fields that are withheld for want of the same capability and for the same reason, together. */
function alike(entries: Entry[]): { paths: string[]; capability: string; reason: string }[] {
  const found = new Map<string, { paths: string[]; capability: string; reason: string }>();
  for (const { path, capability, reason } of entries) {
    const key = `${capability} ${reason}`;
    found.set(key, { capability, reason, paths: [...(found.get(key)?.paths ?? []), path] });
  }
  return [...found.values()];
}

/** What the schema itself says of an enum's value. */
function useMeaning(): (type: string, value: string) => string {
  const schema = useGraphiQL((state) => state.schema);
  return (name, value) => {
    const type = schema?.getType(name);
    return (isEnumType(type) && type.getValue(value)?.description) || value;
  };
}
