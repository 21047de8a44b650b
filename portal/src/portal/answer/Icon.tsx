// The portal's icons, as strokes on a grid of 24.
const SHAPES = {
  lock: "M7 11V8a5 5 0 0 1 10 0v3M5 11h14v9H5z",
  gear: "M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM19 12l2-1-1.5-3.5-2.2.6a7 7 0 0 0-1.4-1.4l.6-2.2L13 3l-1 2-1-2-3.5 1.5.6 2.2a7 7 0 0 0-1.4 1.4L4.5 7.5 3 11l2 1-2 1 1.5 3.5 2.2-.6a7 7 0 0 0 1.4 1.4l-.6 2.2L11 21l1-2 1 2 3.5-1.5-.6-2.2a7 7 0 0 0 1.4-1.4l2.2.6L21 13z",
  search: "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM20 20l-4.7-4.7",
  close: "M6 6l12 12M18 6L6 18",
  down: "M6 9l6 6 6-6",
  right: "M9 6l6 6-6 6",
  more: "M5 11.5v1M12 11.5v1M19 11.5v1",
  pin: "M9 4h6l-1 6 3 3H7l3-3zM12 13v7",
  star: "M12 4l2.5 5.1 5.5.8-4 3.9.9 5.5-4.9-2.6-4.9 2.6.9-5.5-4-3.9 5.5-.8z",
  columns: "M4 5h16v14H4zM9.3 5v14M14.7 5v14",
  rows: "M4 6h16M4 12h16M4 18h16",
  download: "M12 4v11M7 11l5 5 5-5M5 20h14",
  filter: "M4 6h16M7 12h10M10 18h4",
  enter: "M14 4h6v16h-6M4 12h10M10 8l4 4-4 4",
  people: "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM3 20c0-3.5 2.5-6 6-6s6 2.5 6 6M16 4.5a3.5 3.5 0 0 1 0 6.5M18 14.5c2 .8 3 2.8 3 5.5",
  bell: "M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15zM10 20.5h4",
  plus: "M12 5v14M5 12h14",
  check: "M5 12.5l4.5 4.5L19 7.5",
  warning: "M12 4l9 16H3zM12 10v4M12 17h.01",
  up: "M12 19V5M6 11l6-6 6 6",
  arrowDown: "M12 5v14M6 13l6 6 6-6",
  bookmark: "M7 4h10v16l-5-4-5 4z",
  info: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5M12 8h.01",
  tree: "M5 5h6M5 5v13h6M5 11.5h6M14 5h5M14 11.5h5M14 18h5",
} as const;

export type IconName = keyof typeof SHAPES;

type Props = { name: IconName; size?: number; filled?: boolean };

export function Icon({ name, size = 16, filled = false }: Props) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" fill={filled ? "currentColor" : "none"} stroke="currentColor" strokeWidth={1.75}
      strokeLinecap="round" strokeLinejoin="round" aria-hidden="true" focusable="false">
      <path d={SHAPES[name]} />
    </svg>
  );
}
