// Draws a Plotly figure into its place, and again whenever it has grown. The chart is never taken
// down in between, so it does not flicker, and a reader's zoom stays as long as the figure's
// `uirevision` stays.

const LATEST = "rnndashLatestFigure"
const NARROW_PX = 520

export default function ({ data, parentElement, setTriggerValue }) {
  const place = parentElement.querySelector(".growing-chart")
  const figure = JSON.parse(data.figure)
  place.style.height = `${figure.layout.height}px`
  place.setAttribute("role", "img")
  place.setAttribute("aria-label", data.alt)
  place[LATEST] = data.figure
  plotly().then((Plotly) => {
    if (place[LATEST] !== data.figure || !place.isConnected) return // a later one is on its way
    const { data: traces, layout } = themed(figure, place)
    const config = { displaylogo: false, responsive: true, ...JSON.parse(data.config) }
    if (place.clientWidth < NARROW_PX) config.displayModeBar = false // it would cover the legend
    Plotly.react(place, traces, layout, config)
    place.removeAllListeners("plotly_click")
    if (!data.isClickable) return
    place.on("plotly_click", ({ points: [{ x, y }] }) => setTriggerValue("clicked", { x, y }))
  })
  return () => {
    if (!place.isConnected && window.Plotly) window.Plotly.purge(place)
  }
}
