// Several Plotly figures of the same minibatch, shown step by step. Each step highlights a part of
// every figure. A pointer on a cell of one figure shows the same cell in the others.

const WALK_MS = 20000 // about the time of all steps together,
const SLOWEST_MS = 1000 // but no step takes longer than this
const QUICKEST_MS = 250 // or shorter than this

const PLAY = "▶ Play"
const PAUSE = "⏸ Pause"

function sameCell(elements, source, cell) {
  for (const element of elements) {
    if (element === source) continue
    const number = (element.data?.[0]?.ids ?? []).indexOf(cell)
    if (number >= 0) window.Plotly.Fx.hover(element, [{ curveNumber: 0, pointNumber: number }])
    else window.Plotly.Fx.unhover(element)
  }
}

// Scrolls a figure that is wider than its frame to the highlighted part.
function bringIntoView(frame, shapes) {
  const axis = frame.firstChild._fullLayout?.xaxis
  const highlighted = shapes.findLast((shape) => shape.type === "rect" && shape.line.width)
  if (!axis || !highlighted || frame.scrollWidth <= frame.clientWidth) return
  const middle = axis._offset + axis.l2p((highlighted.x0 + highlighted.x1) / 2)
  frame.scrollLeft = middle - frame.clientWidth / 2
}

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".stepping-charts")
  const [button, slider, output] = ["button", "input", "output"].map((tag) => root.querySelector(tag))
  const caption = root.querySelector("p")
  const pictures = root.querySelector(".pictures")
  const last = data.captions.length - 1
  let step = Math.min(last, root.step ?? data.step) // another minibatch opens at the same step
  const isPlaying = Boolean(root.timer)
  clearInterval(root.timer)
  root.timer = null

  while (pictures.children.length > data.charts.length) pictures.lastChild.remove()
  while (pictures.children.length < data.charts.length) {
    const frame = document.createElement("div")
    frame.append(document.createElement("div"))
    pictures.append(frame)
  }
  const frames = [...pictures.children]
  const elements = frames.map((frame) => frame.firstChild)
  const figures = data.charts.map((chart) => JSON.parse(chart.figure))
  elements.forEach((element, n) => {
    const { width, least } = data.charts[n]
    frames[n].style.flex = `0 1 ${width}px`
    element.style.cssText = `min-width: ${least}px; height: ${figures[n].layout.height}px`
    element.setAttribute("role", "img")
    element.setAttribute("aria-label", data.charts[n].alt)
  })

  const show = () => {
    root.step = step
    slider.value = step
    slider.setAttribute("aria-valuetext", data.captions[step])
    output.textContent = `t = ${step}`
    caption.textContent = data.captions[step]
    elements.forEach((element, n) => {
      if (element.data) window.Plotly.relayout(element, { shapes: data.charts[n].shapes[step] })
      bringIntoView(frames[n], data.charts[n].shapes[step])
    })
  }
  const stop = () => {
    if (root.timer) setStateValue("step", step)
    clearInterval(root.timer)
    root.timer = null
    button.textContent = PLAY
  }
  const play = () => {
    if (step === last) step = 0
    button.textContent = PAUSE
    const pause = Math.max(QUICKEST_MS, Math.min(SLOWEST_MS, WALK_MS / (last + 1)))
    root.timer = setInterval(() => {
      step += 1
      show()
      if (step >= last) stop()
    }, pause)
    show()
  }

  slider.max = last
  slider.oninput = () => {
    stop()
    step = Number(slider.value)
    show()
  }
  slider.onchange = () => setStateValue("step", step)
  button.onclick = () => (root.timer ? stop() : play())
  button.disabled = last === 0
  button.textContent = PLAY

  plotly().then((Plotly) => {
    elements.forEach(async (element, n) => {
      const { data: traces, layout } = themed(figures[n], element)
      layout.shapes = data.charts[n].shapes[step]
      await Plotly.react(element, traces, layout, { displayModeBar: false, responsive: true })
      bringIntoView(frames[n], layout.shapes)
      element.removeAllListeners("plotly_hover")
      element.removeAllListeners("plotly_unhover")
      element.on("plotly_hover", ({ event, points }) => {
        if (event) sameCell(elements, element, points[0].id) // no event: this script made the hover
      })
      element.on("plotly_unhover", ({ event }) => {
        if (event) sameCell(elements, element, null)
      })
    })
  })
  show()
  if (isPlaying) play()
  return () => {
    if (root.isConnected) return
    clearInterval(root.timer)
    if (window.Plotly) elements.forEach((element) => window.Plotly.purge(element))
  }
}
