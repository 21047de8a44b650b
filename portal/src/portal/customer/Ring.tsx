// A circle that is drawn as far as something has come.
const RADIUS = 7;
const AROUND = 2 * Math.PI * RADIUS;

export function Ring({ share, size = 18 }: { share: number; size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 18 18" fill="none" strokeWidth={3} aria-hidden="true" focusable="false">
      <circle cx={9} cy={9} r={RADIUS} stroke="var(--mantine-color-default-border)" />
      <circle cx={9} cy={9} r={RADIUS} stroke="var(--mantine-primary-color-filled)" strokeDasharray={`${AROUND * share} ${AROUND}`}
        transform="rotate(-90 9 9)" />
    </svg>
  );
}
