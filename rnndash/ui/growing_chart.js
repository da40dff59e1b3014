// Draws a Plotly figure into its place, and again whenever it has grown. The chart is never taken
// down in between, so it does not flicker, and a reader's zoom stays as long as the figure's
// `uirevision` stays.

const LATEST = "rnndashLatestFigure"

async function plotly() {
  while (!window.Plotly) await new Promise((resolve) => setTimeout(resolve, 25))
  return window.Plotly
}

function dressed(figure, place) {
  const style = getComputedStyle(place)
  const theme = (name, fallback) => style.getPropertyValue(name).trim() || fallback
  const text = theme("--st-text-color", "#444444")
  const line = theme("--st-border-color", "#dddddd")
  const axis = { gridcolor: line, zerolinecolor: line }
  const layout = {
    ...figure.layout,
    template: undefined,
    autosize: true,
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: theme("--st-font", "sans-serif"), size: 13, color: text },
    hoverlabel: {
      bgcolor: theme("--st-secondary-background-color", "#ffffff"),
      bordercolor: line,
      font: { color: text },
    },
    xaxis: { ...axis, showgrid: false, ...figure.layout.xaxis },
    yaxis: { ...axis, ...figure.layout.yaxis },
  }
  return { data: figure.data, layout }
}

export default function ({ data, parentElement, setTriggerValue }) {
  const place = parentElement.querySelector(".growing-chart")
  const figure = JSON.parse(data.figure)
  place.style.height = `${figure.layout.height}px`
  place.setAttribute("role", "img")
  place.setAttribute("aria-label", data.alt)
  place[LATEST] = data.figure
  plotly().then((Plotly) => {
    if (place[LATEST] !== data.figure || !place.isConnected) return // a later one is on its way
    const { data: traces, layout } = dressed(figure, place)
    Plotly.react(place, traces, layout, { displaylogo: false, responsive: true, ...data.config })
    place.removeAllListeners("plotly_click")
    if (!data.isClickable) return
    place.on("plotly_click", ({ points: [{ x, y }] }) => setTriggerValue("clicked", { x, y }))
  })
  return () => {
    if (!place.isConnected && window.Plotly) window.Plotly.purge(place)
  }
}
