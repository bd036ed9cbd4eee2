// Serves grpc.health.v1.Health on the port that is named, for the services that are named, and says what it is asked about.
package main

import (
	"context"
	"fmt"
	"log"
	"net"
	"os"

	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"
)

func main() {
	listener, err := net.Listen("tcp", ":"+os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	services := health.NewServer()
	for _, service := range os.Args[2:] {
		services.SetServingStatus(service, grpc_health_v1.HealthCheckResponse_SERVING)
	}
	server := grpc.NewServer(grpc.UnaryInterceptor(say))
	grpc_health_v1.RegisterHealthServer(server, services)
	log.Fatal(server.Serve(listener))
}

func say(ctx context.Context, request any, _ *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
	if check, ok := request.(*grpc_health_v1.HealthCheckRequest); ok {
		fmt.Println("asked about", check.Service)
	}
	return handle(ctx, request)
}
