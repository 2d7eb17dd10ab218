package main

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// requireXML fails the test unless a text is well-formed XML.
func requireXML(t *testing.T, text []byte) {
	decoder := xml.NewDecoder(bytes.NewReader(text))
	for {
		if _, err := decoder.Token(); err != nil {
			require.ErrorIs(t, err, io.EOF)
			return
		}
	}
}

func TestRenderPlot_IsWellFormedWithAndWithoutRequests(t *testing.T) {
	requireXML(t, renderPlot(measurement{}))
	m := measurement{
		clients: 2,
		polling: []arrival{
			{client: 0}, {client: 1}, {client: 0, at: 20 * time.Second}, {client: 1, at: 40 * time.Second},
		},
		outage:    []arrival{{client: 0, kind: stream, refused: true, at: time.Second}},
		recovered: 3 * time.Second / 2,
	}
	svg := renderPlot(m)
	requireXML(t, svg)
	assert.Equal(t, 3, bytes.Count(svg, []byte(`width="10" height="10"`))) // of the legends
	assert.Contains(t, string(svg), "the service is back")
}

func TestPanelRender_StacksABarForEachBucketWithRequests(t *testing.T) {
	p := panel{title: "a < b", bucket: 100 * ms, tick: time.Second, series: []series{
		{class: "a", times: []time.Duration{1050 * ms, 1060 * ms, 1950 * ms}},
		{class: "b", times: []time.Duration{1070 * ms, 1080 * ms}},
	}}
	var bars, titles []string
	p.render(func(format string, args ...any) {
		switch line := fmt.Sprintf(format, args...); {
		case bytes.HasPrefix([]byte(line), []byte("<rect")):
			bars = append(bars, line)
		case bytes.Contains([]byte(line), []byte(`class="panel"`)):
			titles = append(titles, line)
		}
	}, 0)
	assert.Equal(t, []string{
		`<rect class="a" x="64.0" y="89.0" width="72.10" height="55.0"/>`,
		`<rect class="a" x="717.4" y="116.5" width="72.10" height="27.5"/>`,
		`<rect class="b" x="64.0" y="34.0" width="72.10" height="55.0"/>`,
	}, bars)
	assert.Equal(t, []string{`<text class="panel" x="16" y="17">a &lt; b</text>`}, titles)
}
