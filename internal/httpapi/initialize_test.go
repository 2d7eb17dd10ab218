package httpapi_test

import (
	"log/slog"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/amplitude/experiment-go-server/internal/httpapi"
)

func TestLogger_ReturnsTheConfigsOrTheDefault(t *testing.T) {
	given := slog.New(slog.DiscardHandler)
	assert.Same(t, given, httpapi.Logger(given, true))
	assert.Same(t, slog.Default(), httpapi.Logger(nil, false))
	assert.True(t, httpapi.Logger(nil, true).Enabled(t.Context(), slog.LevelDebug))
	assert.False(t, httpapi.Logger(nil, false).Enabled(t.Context(), slog.LevelDebug))
	assert.True(t, httpapi.Logger(nil, false).Enabled(t.Context(), slog.LevelWarn))
}
