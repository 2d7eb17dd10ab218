//go:build cgo

package local

import (
	"github.com/amplitude/experiment-go-server/internal/httpapi"
	"github.com/amplitude/experiment-go-server/internal/updater"
)

// InitializeAdjusted returns a Client as Initialize does, whose options adjust
// has changed. So a test need not wait for the schedules of a real service.
func InitializeAdjusted(deploymentKey string, config *Config, adjust func(*updater.Options)) (*Client, error) {
	authorization, err := httpapi.Authorization(deploymentKey)
	if err != nil {
		return nil, err
	}
	options, err := config.resolve(authorization)
	if err == nil {
		options.LastGood, err = lastGood(config.CacheFile, deploymentKey)
	}
	if err != nil {
		return nil, err
	}
	adjust(&options)
	return &Client{updater: updater.New(options), logger: options.Logger, staleAfter: config.StaleAfter}, nil
}
