"""Draws cost against rules, open calls and subscribers with gnuplot."""
import statistics
import subprocess

PANELS = [("phrases", "µs a line", [(n, f"us_patterns_{n}") for n in (40, 200, 1000, 5000)]),
          ("open calls", "µs a line", [(n, f"us_calls_{n}") for n in (1000, 10000, 50000)])]
FANS = [("ours", "etiquetted"), ("nats", "nats-server"), ("redis", "redis")]


def points(rows, values):
    """Inline data: x, median, lowest, highest."""
    made = [f"{n} {statistics.median(values[name])} {min(values[name])} {max(values[name])}" for n, name in rows if values.get(name)]
    return "\n".join([*made, "e"]), bool(made)


def draw(values, to):
    """An SVG file with three panels; panels without values stay out."""
    script = [f'set terminal svg size 1200,380 font "sans,12" background "white"\nset output "{to}"\n'
              "set multiplot layout 1,3\nset logscale x\nset yrange [0:*]\nset grid\nset key top left\n"]
    style = 'using 1:2:3:4 with yerrorlines linewidth 2 pointtype 7 pointsize 0.5'
    for label, unit, rows in PANELS:
        data, any_ = points(rows, values)
        if any_:
            script.append(f'set xlabel "{label}"\nset ylabel "{unit}"\nplot "-" {style} notitle\n{data}\n')
    fans = [(title, points([(n, f"us_delivery_{name}_{n}") for n in (100, 1000)], values)) for name, title in FANS]
    fans = [(title, data) for title, (data, any_) in fans if any_]
    if fans:
        plots = ", ".join(f'"-" {style} title "{title}"' for title, _ in fans)
        script.append('set xlabel "subscribers"\nset ylabel "µs a delivery"\nplot ' + plots + "\n" + "\n".join(d for _, d in fans) + "\n")
    script.append("unset multiplot\n")
    subprocess.run(["gnuplot"], input="".join(script).encode(), check=True)
