// Draws a Plotly figure into an element, and updates it whenever the figure changes. The chart is
// never removed in between, so it does not flicker. The reader's zoom stays as long as the figure's
// `uirevision` stays the same.

const LATEST = "rnndashLatestFigure"
const NARROW_PX = 520

export default function ({ data, parentElement, setTriggerValue }) {
  const element = parentElement.querySelector(".growing-chart")
  const figure = JSON.parse(data.figure)
  element.style.height = `${figure.layout.height}px`
  element.setAttribute("role", "img")
  element.setAttribute("aria-label", data.alt)
  element[LATEST] = data.figure
  plotly().then((Plotly) => {
    if (element[LATEST] !== data.figure || !element.isConnected) return // a later figure will be drawn
    const { data: traces, layout } = themed(figure, element)
    const config = { displaylogo: false, responsive: true, ...JSON.parse(data.config) }
    if (element.clientWidth < NARROW_PX) config.displayModeBar = false // it would cover the legend
    Plotly.react(element, traces, layout, config)
    element.removeAllListeners("plotly_click")
    if (!data.isClickable) return
    element.on("plotly_click", ({ points: [{ x, y }] }) => setTriggerValue("clicked", { x, y }))
  })
  return () => {
    if (!element.isConnected && window.Plotly) window.Plotly.purge(element)
  }
}
