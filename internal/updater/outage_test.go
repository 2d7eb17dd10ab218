package updater

import (
	"errors"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/amplitude/experiment-go-server/internal/datasource"
	"github.com/amplitude/experiment-go-server/internal/testlog"
)

func TestOutage_WarnsOnceOfAStreamThatEndsAfterEachFirstDocument(t *testing.T) {
	logger, log := testlog.New()
	var o outage
	for range 10 {
		o.failed(logger, datasource.SourceStream, errors.New("the service ended the stream"))
		o.worked(logger, datasource.SourcePoll)
		o.worked(logger, datasource.SourceStream)
	}
	assert.Len(t, log.Messages(t, slog.LevelWarn), 1)
	assert.Empty(t, log.Messages(t, slog.LevelInfo))

	o.worked(logger, datasource.SourceStream)
	assert.Equal(t, []string{"the stream of flags works again"}, log.Messages(t, slog.LevelInfo))
	o.failed(logger, datasource.SourceStream, errors.New("the service ended the stream"))
	assert.Len(t, log.Messages(t, slog.LevelWarn), 2, "a new outage")
}
