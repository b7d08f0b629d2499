// Starts DynamoDB Local in memory on 127.0.0.1 alone, on a port that the system chooses, and prints "port N".
//
// Its own command binds every address of the machine and takes no host. The process ends when its standard input
// closes, so it never outlives whoever started it, however that one ends.

import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import software.amazon.dynamodb.services.local.main.ServerRunner;
import software.amazon.dynamodb.services.local.server.DynamoDBProxyServer;

public final class Loopback {
    private Loopback() {}

    public static void main(String[] arguments) throws Exception {
        // Its own parser refuses port 0, so the connector is told here; the default port is never bound.
        String[] options = {"-inMemory", "-sharedDb", "-disableTelemetry"};
        DynamoDBProxyServer local = ServerRunner.createServerFromCommandLineArgs(options);
        ServerConnector connector = connector(local);
        connector.setHost("127.0.0.1");
        connector.setPort(0);
        local.start();
        System.out.println("port " + connector.getLocalPort());
        System.out.flush();
        while (System.in.read() >= 0) {
            // Nothing is said on standard input; only its end matters.
        }
        System.exit(0);
    }

    /** The connector of the wrapped server, which has no accessor of its own. */
    private static ServerConnector connector(DynamoDBProxyServer local) throws ReflectiveOperationException {
        var field = DynamoDBProxyServer.class.getDeclaredField("server");
        field.setAccessible(true);
        return (ServerConnector) ((Server) field.get(local)).getConnectors()[0];
    }
}
