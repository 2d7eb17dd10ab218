module github.com/amplitude/experiment-go-server/benchmarks/amplitude

go 1.24.0

require (
	github.com/amplitude/experiment-go-server v1.12.0
	github.com/stretchr/testify v1.12.1
)

require (
	github.com/amplitude/analytics-go v1.0.1 // indirect
	github.com/google/uuid v1.3.0 // indirect
	github.com/spaolacci/murmur3 v1.1.0 // indirect
	github.com/tmaxmax/go-sse v0.11.0 // indirect
	go.yaml.in/yaml/v3 v3.0.5 // indirect
)
