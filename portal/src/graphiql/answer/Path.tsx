// The path of a field, which breaks between its parts where there is no room.
import { Fragment } from "react";

export function Path({ children }: { children: string }) {
  return (
    <code>
      {children.split(".").map((part, n) => (
        <Fragment key={n}>
          {n > 0 && (
            <>
              .<wbr />
            </>
          )}
          {part}
        </Fragment>
      ))}
    </code>
  );
}
