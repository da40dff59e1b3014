// Several Plotly figures of one thing, walked through step by step: at each step a part of every
// figure lights up, and a pointer on a cell in one shows the same cell in the others.

const WALK_MS = 20000 // a whole walk takes about so long,
const SLOWEST_MS = 1000 // but no step longer than this
const QUICKEST_MS = 250 // and none shorter

const PLAY = "▶ Play"
const PAUSE = "⏸ Pause"

function sameCell(places, source, cell) {
  for (const place of places) {
    if (place === source) continue
    const number = (place.data?.[0]?.ids ?? []).indexOf(cell)
    if (number >= 0) window.Plotly.Fx.hover(place, [{ curveNumber: 0, pointNumber: number }])
    else window.Plotly.Fx.unhover(place)
  }
}

// Scrolls a picture that is wider than its frame to the part that is lit: the framed box.
function bringIntoView(frame, shapes) {
  const axis = frame.firstChild._fullLayout?.xaxis
  const lit = shapes.findLast((shape) => shape.type === "rect" && shape.line.width)
  if (!axis || !lit || frame.scrollWidth <= frame.clientWidth) return
  const middle = axis._offset + axis.l2p((lit.x0 + lit.x1) / 2)
  frame.scrollLeft = middle - frame.clientWidth / 2
}

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".stepping-charts")
  const [button, slider, output] = ["button", "input", "output"].map((tag) => root.querySelector(tag))
  const caption = root.querySelector("p")
  const pictures = root.querySelector(".pictures")
  const last = data.captions.length - 1
  let step = Math.min(last, root.step ?? data.step) // another batch is shown at the same step
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
  const places = frames.map((frame) => frame.firstChild)
  const figures = data.charts.map((chart) => JSON.parse(chart.figure))
  places.forEach((place, n) => {
    const { width, least } = data.charts[n]
    frames[n].style.flex = `0 1 ${width}px`
    place.style.cssText = `min-width: ${least}px; height: ${figures[n].layout.height}px`
    place.setAttribute("role", "img")
    place.setAttribute("aria-label", data.charts[n].alt)
  })

  const show = () => {
    root.step = step
    slider.value = step
    slider.setAttribute("aria-valuetext", data.captions[step])
    output.textContent = `t = ${step}`
    caption.textContent = data.captions[step]
    places.forEach((place, n) => {
      if (place.data) window.Plotly.relayout(place, { shapes: data.charts[n].shapes[step] })
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
    places.forEach(async (place, n) => {
      const { data: traces, layout } = themed(figures[n], place)
      layout.shapes = data.charts[n].shapes[step]
      await Plotly.react(place, traces, layout, { displayModeBar: false, responsive: true })
      bringIntoView(frames[n], layout.shapes)
      place.removeAllListeners("plotly_hover")
      place.removeAllListeners("plotly_unhover")
      place.on("plotly_hover", ({ event, points }) => {
        if (event) sameCell(places, place, points[0].id) // not when it was this file that hovered
      })
      place.on("plotly_unhover", ({ event }) => {
        if (event) sameCell(places, place, null)
      })
    })
  })
  show()
  if (isPlaying) play()
  return () => {
    if (root.isConnected) return
    clearInterval(root.timer)
    if (window.Plotly) places.forEach((place) => window.Plotly.purge(place))
  }
}
