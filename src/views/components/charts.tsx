/** One column of a chart; `label` is what pointing at it says. */
export type Column = { label: string; value: number };

type ColumnsProps = {
  columns: readonly Column[];
  /** What the full height stands for; the same for charts that are compared. */
  most: number;
  /** What it says, for whoever does not see it. */
  text: string;
};

const step = 10;
const height = 100;

/** Columns side by side, stretched to the width there is: labels and scale are text around it. */
export const Columns = ({ columns, most, text }: ColumnsProps) => (
  <svg
    class="bars"
    viewBox={`0 0 ${columns.length * step} ${height}`}
    preserveAspectRatio="none"
    role="img"
    aria-label={text}
  >
    {columns.map(({ label, value }, index) => {
      // One among hundreds is still to be seen.
      const tall = value === 0 ? 0 : Math.max(2, (value / Math.max(1, most)) * height);
      return (
        <rect
          x={String(index * step + 1)}
          y={String(Math.round((height - tall) * 10) / 10)}
          width={String(step - 2)}
          height={String(Math.round(tall * 10) / 10)}
        >
          <title>{label}</title>
        </rect>
      );
    })}
  </svg>
);

/** A share of the whole as a line beside the figure that it repeats. */
export const Share = ({ percent }: { percent: number }) => (
  <svg class="share" aria-hidden="true">
    <rect class="whole" width="100%" height="100%" />
    <rect width={`${Math.min(100, percent)}%`} height="100%" />
  </svg>
);
