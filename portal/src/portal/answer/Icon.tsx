// The portal's icons, as strokes on a grid of 24.
const SHAPES = {
  lock: "M7 11V8a5 5 0 0 1 10 0v3M5 11h14v9H5z",
  gear: "M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM19 12l2-1-1.5-3.5-2.2.6a7 7 0 0 0-1.4-1.4l.6-2.2L13 3l-1 2-1-2-3.5 1.5.6 2.2a7 7 0 0 0-1.4 1.4L4.500 7.500 3 11l2 1-2 1 1.500 3.500 2.200-.6a7 7 0 0 0 1.400 1.400l-.6 2.200L11 21l1-2 1 2 3.500-1.500-.6-2.200a7 7 0 0 0 1.400-1.400l2.200.6L21 13z",
  search: "M10.500 17a6.500 6.500 0 1 0 0-13 6.500 6.500 0 0 0 0 13zM20 20l-4.700-4.700",
  close: "M6 6l12 12M18 6L6 18",
  down: "M6 9l6 6 6-6",
  right: "M9 6l6 6-6 6",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  pin: "M9 4h6l-1 6 3 3H7l3-3zM12 13v7",
  star: "M12 4l2.500 5.100 5.500.8-4 3.900.9 5.500-4.900-2.600-4.900 2.600.9-5.500-4-3.900 5.500-.8z",
  columns: "M4 5h16v14H4zM9.300 5v14M14.700 5v14",
  rows: "M4 6h16M4 12h16M4 18h16",
  download: "M12 4v11M7 11l5 5 5-5M5 20h14",
  filter: "M4 6h16M7 12h10M10 18h4",
  enter: "M14 4h6v16h-6M4 12h10M10 8l4 4-4 4",
  people: "M9 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM3 20c0-3.500 2.500-6 6-6s6 2.500 6 6M16 4.500a3.500 3.500 0 0 1 0 6.500M18 14.500c2 .8 3 2.800 3 5.500",
  bell: "M6 16V11a6 6 0 0 1 12 0v5l1.500 2h-15zM10 20.500h4",
  plus: "M12 5v14M5 12h14",
  check: "M5 12.500l4.500 4.500L19 7.500",
  warning: "M12 4l9 16H3zM12 10v4M12 17h.01",
  up: "M12 19V5M6 11l6-6 6 6",
  tree: "M5 5h6M5 5v13h6M5 11.500h6M14 5h5M14 11.500h5M14 18h5",
} as const;

export type IconName = keyof typeof SHAPES;

export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth={1.75}
      strokeLinecap="round" strokeLinejoin="round" aria-hidden="true" focusable="false">
      <path d={SHAPES[name]} />
    </svg>
  );
}
