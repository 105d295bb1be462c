// Charts of the statistics: what they show stands in the page as JSON.
"use strict";

(() => {
  const data = JSON.parse(document.getElementById("charts").textContent);
  const BLUE = "#1a56a6", GREEN = "#3d9a6e", GREY = "#9aa7b6", LINE = "#e9edf2", INK = "#566373";
  const charts = [];
  const font = getComputedStyle(document.body).fontFamily;
  const text = { color: INK, fontFamily: font, fontSize: 12 };
  const share = (value) => (value === null ? null : Math.round(value * 1000) / 10);

  function draw(id, option) {
    const box = document.getElementById(id);
    if (!box) return;
    const chart = echarts.init(box, null, { renderer: "canvas" });
    // HTML tips carry styles in their markup, which the page's policy refuses.
    const tip = { trigger: "axis", renderMode: "richText", confine: true, textStyle: text };
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    chart.setOption({ textStyle: text, tooltip: tip, animation: !still, animationDuration: 300, ...option });
    charts.push(chart);
  }

  draw("chart-months", {
    legend: { bottom: 0, itemWidth: 14, itemHeight: 8, textStyle: text },
    grid: { left: 8, right: 8, top: 30, bottom: 34, containLabel: true },
    xAxis: { type: "category", data: data.months.names, axisTick: { show: false }, axisLine: { lineStyle: { color: LINE } }, axisLabel: text },
    yAxis: [
      { type: "value", name: data.labels.count, minInterval: 1, nameTextStyle: text, splitLine: { lineStyle: { color: LINE } }, axisLabel: text },
      { type: "value", name: "%", min: 0, max: 100, nameTextStyle: text, splitLine: { show: false }, axisLabel: text },
    ],
    series: [
      { name: data.labels.matters, type: "bar", barMaxWidth: 26, color: BLUE, data: data.months.matters },
      { name: data.labels.completed, type: "bar", barMaxWidth: 26, color: "#9dbbe0", data: data.months.completed },
      { name: data.labels.satisfaction, type: "line", yAxisIndex: 1, color: GREEN, symbolSize: 7, connectNulls: true, data: data.months.satisfaction.map(share) },
    ],
  });

  const names = [...data.groups.names].reverse();
  const bars = (values) => [...values].reverse();
  draw("chart-groups", {
    legend: { bottom: 0, itemWidth: 14, itemHeight: 8, textStyle: text },
    grid: { left: 8, right: 30, top: 8, bottom: 34, containLabel: true },
    xAxis: { type: "value", minInterval: 1, splitLine: { lineStyle: { color: LINE } }, axisLabel: text },
    yAxis: { type: "category", data: names, axisTick: { show: false }, axisLine: { lineStyle: { color: LINE } }, axisLabel: { ...text, width: 110, overflow: "truncate" } },
    series: [
      { name: data.labels.completed, type: "bar", stack: "all", barMaxWidth: 18, color: BLUE, data: bars(data.groups.completed) },
      { name: data.labels.open, type: "bar", stack: "all", barMaxWidth: 18, color: GREY, data: bars(data.groups.open) },
    ],
  });

  addEventListener("resize", () => charts.forEach((chart) => chart.resize()));
})();
