//go:build cgo

package local_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/experimenttest"
	"github.com/amplitude/experiment-go-server/internal/testlog"
	"github.com/amplitude/experiment-go-server/internal/testservice"
	"github.com/amplitude/experiment-go-server/local"
)

// filled returns a Config of a fake service that has gone away, whose CacheFile
// has its last flags.
func filled(t *testing.T) (*experimenttest.Server, *local.Config, *testlog.Log) {
	server := newFake(t, ofUsers("target", "c"), plain("f", "1"))
	setCohort(t, server, "c", "ada")
	config := liveConfig(server)
	config.CacheFile = filepath.Join(t.TempDir(), "flags")
	client, err := local.Initialize(server.DeploymentKey, config)
	require.NoError(t, err)
	require.NoError(t, client.Start(t.Context()))
	require.NoError(t, client.Close())
	server.Close()
	logger, log := testlog.New()
	config.Logger = logger
	return server, config, log
}

func TestCacheFile_LetsStartSucceedWhileTheServiceIsDown(t *testing.T) {
	server, config, log := filled(t)
	client := initializeFor(t, server, config)
	assert.Equal(t, "1", value(t, client, "f"), "before Start")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.NoError(t, client.Start(ctx))
	assert.Equal(t, "in", valueFor(client, &experiment.User{UserID: "ada"}, "target"))
	assert.Equal(t, "out", valueFor(client, &experiment.User{UserID: "eve"}, "target"))
	status := client.Status()
	assert.Equal(t, local.SourceFile, status.Source)
	assert.True(t, status.Stale)
	assert.False(t, status.ConfirmedAt.IsZero(), "by the process before")
	require.Error(t, status.LastError)
	require.Len(t, status.Cohorts, 1)
	assert.Equal(t, 1, status.Cohorts[0].Members)
	assert.Equal(t, []string{"cannot load flags; the flags of the CacheFile stay in use"},
		log.Messages(t, slog.LevelWarn))
}

func TestCacheFile_HasModeAndNoKeys(t *testing.T) {
	server, config, _ := filled(t)
	files := 0
	folder := filepath.Dir(config.CacheFile)
	require.NoError(t, filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		require.NoError(t, err)
		if entry.IsDir() {
			return nil
		}
		files++
		info, err := entry.Info()
		require.NoError(t, err)
		assert.Equal(t, fs.FileMode(0o600), info.Mode().Perm(), path)
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		for _, key := range []string{server.DeploymentKey, server.APIKey, server.SecretKey} {
			assert.False(t, bytes.Contains(data, []byte(key)), path)
			assert.False(t, bytes.Contains(data, []byte(base64.StdEncoding.EncodeToString([]byte(key)))), path)
		}
		return nil
	}))
	assert.GreaterOrEqual(t, files, 3, "the index, the flags, a cohort")
}

func TestCacheFile_IsNotUsedIfSomethingIsWrong(t *testing.T) {
	corrupt := func(t *testing.T, config *local.Config) {
		data, err := os.ReadFile(config.CacheFile)
		require.NoError(t, err)
		data[len(data)/2] ^= 1
		require.NoError(t, os.WriteFile(config.CacheFile, data, 0o600))
	}
	for _, tt := range []struct {
		name   string
		key    string
		damage func(*testing.T, *local.Config)
	}{
		{"corrupt", experimenttest.DefaultDeploymentKey, corrupt},
		{"truncated", experimenttest.DefaultDeploymentKey, func(t *testing.T, config *local.Config) {
			require.NoError(t, os.Truncate(config.CacheFile, 100))
		}},
		{"empty", experimenttest.DefaultDeploymentKey, func(t *testing.T, config *local.Config) {
			require.NoError(t, os.Truncate(config.CacheFile, 0))
		}},
		{"of another key", "server-other", func(*testing.T, *local.Config) {}},
		{"without its parts", experimenttest.DefaultDeploymentKey, func(t *testing.T, config *local.Config) {
			require.NoError(t, os.RemoveAll(config.CacheFile+".d"))
		}},
		{"a folder", experimenttest.DefaultDeploymentKey, func(t *testing.T, config *local.Config) {
			require.NoError(t, os.Remove(config.CacheFile))
			require.NoError(t, os.Mkdir(config.CacheFile, 0o700))
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, config, log := filled(t)
			tt.damage(t, config)
			client, err := local.Initialize(tt.key, config)
			require.NoError(t, err)
			defer client.Close()
			_, err = client.Evaluate(nobody)
			require.ErrorIs(t, err, local.ErrNotReady)
			assert.Equal(t, []string{"the CacheFile is not used, and will be replaced"},
				log.Messages(t, slog.LevelWarn))
			assert.NotContains(t, log.String(), tt.key)
			assert.Error(t, client.Start(t.Context()), "nothing to go on with")
		})
	}
}

func TestCacheFile_IsReplacedByTheNextGoodState(t *testing.T) {
	path := filepath.Join(t.TempDir(), "flags")
	require.NoError(t, os.WriteFile(path, []byte("garbage"), 0o644))
	server := newFake(t, plain("f", "1"))
	config := liveConfig(server)
	config.CacheFile = path
	for _, wantReady := range []bool{false, true} {
		client, err := local.Initialize(server.DeploymentKey, config)
		require.NoError(t, err)
		_, err = client.Evaluate(nobody)
		assert.Equal(t, wantReady, err == nil)
		require.NoError(t, client.Start(t.Context()))
		require.NoError(t, client.Close())
	}
}

func TestCacheFile_ThatCannotBeWrittenIsAWarning(t *testing.T) {
	server := newFake(t, plain("f", "1"))
	config := liveConfig(server)
	config.CacheFile = filepath.Join(t.TempDir(), "missing", "flags")
	logger, log := testlog.New()
	config.Logger = logger
	client := initializeFor(t, server, config)
	require.NoError(t, client.Start(t.Context()))
	warning := []string{"writing the CacheFile failed; a restart will not have the current flags until it works"}
	eventually(t, func() bool { return len(log.Messages(t, slog.LevelWarn)) > 0 })
	assert.Equal(t, warning, log.Messages(t, slog.LevelWarn))
	assert.Equal(t, "1", value(t, client, "f"))
}

func TestCacheFile_GoesBeforeTheBootstrap(t *testing.T) {
	server, config, _ := filled(t)
	config.Bootstrap = documentOf([]string{plain("f", "bootstrap")})
	client := initializeFor(t, server, config)
	assert.Equal(t, "1", value(t, client, "f"))
	config.CacheFile = filepath.Join(t.TempDir(), "other")
	client = initializeFor(t, server, config)
	assert.Equal(t, "bootstrap", value(t, client, "f"))
	assert.Equal(t, local.SourceBootstrap, client.Status().Source)
}

// A change of a cohort must not make a file of old flags and new cohorts.
func TestCacheFile_HasTheFlagsOfAWriteThatFailedWithTheNextOne(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "later")
	server := newFake(t, ofUsers("target", "c"))
	setCohort(t, server, "c", "ada")
	config := liveConfig(server)
	config.CacheFile = filepath.Join(folder, "flags")
	logger, log := testlog.New()
	config.Logger = logger
	client, err := local.InitializeAdjusted(server.DeploymentKey, config, hasten)
	require.NoError(t, err)
	require.NoError(t, client.Start(t.Context()))
	eventually(t, func() bool { return len(log.Messages(t, slog.LevelWarn)) > 0 })
	require.NoError(t, os.Mkdir(folder, 0o700))
	updates := changes(client)
	setCohort(t, server, "c", "bob") // the flags stay
	testservice.Receive(t, updates)
	require.NoError(t, client.Close())
	server.Close()

	client = initializeFor(t, server, config)
	assert.Equal(t, "in", valueFor(client, &experiment.User{UserID: "bob"}, "target"))
	assert.Equal(t, "out", valueFor(client, &experiment.User{UserID: "ada"}, "target"))
}

func TestCacheFile_HasTheFlagsOfABootstrapThatTheServiceConfirms(t *testing.T) {
	server := newFake(t, plain("f", "1"))
	config := liveConfig(server)
	config.Bootstrap = documentOf([]string{plain("f", "1")})
	config.CacheFile = filepath.Join(t.TempDir(), "flags")
	client, err := local.Initialize(server.DeploymentKey, config)
	require.NoError(t, err)
	require.NoError(t, client.Start(t.Context()))
	require.NoError(t, client.Close())
	config.Bootstrap = nil
	assert.Equal(t, "1", value(t, initializeFor(t, server, config), "f"))
}
