// What all chart components share: access to Plotly once it is loaded, and the page's colours.

async function plotly() {
  while (!window.Plotly) await new Promise((resolve) => setTimeout(resolve, 25))
  return window.Plotly
}

function themed(figure, element) {
  const style = getComputedStyle(element)
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
