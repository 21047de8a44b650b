// Where the time went, and what was kept from earlier requests.

const PARTS: Record<string, string> = {
  document: "Reading the document",
  session: "Finding out who asks",
  plan: "Planning the statement",
  database: "The database",
  finishing: "Finishing the answer",
};

export function Times({ milliseconds, kept }: { milliseconds: Record<string, number>; kept: Record<string, boolean> }) {
  const { all = 0, ...parts } = milliseconds;
  return (
    <section>
      <h2>{all.toFixed(2)} ms</h2>
      <table>
        <tbody>
          {Object.entries(parts).map(([part, time]) => (
            <tr key={part}>
              <th scope="row">
                {PARTS[part] ?? part}
                {kept[part] && <small>kept from an earlier request</small>}
              </th>
              <td className="answer-number">{time.toFixed(2)}</td>
              <td className="answer-share" aria-hidden="true">
                <span style={{ inlineSize: `${all ? (100 * time) / all : 0}%` }} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
